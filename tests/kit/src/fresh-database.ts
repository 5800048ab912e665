import { randomBytes } from 'node:crypto';
import type { Relational } from '@tributary/engines/relational';
import { openRelational } from '@tributary/engines/relational/open';
import { createLogger } from '@tributary/runtime';
import pg from 'pg';
import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** The one PostgreSQL server all tests of a run share. */
    readonly postgresUrl: string;
  }
}

/** Brings a database to a state; a second time it finds nothing to do. */
export type Migrate = (pool: pg.Pool) => Promise<unknown>;

/** A new, empty database on the shared server; dropped when disposed. */
export function freshDatabase(): Promise<Relational> {
  return copyOf('template1');
}

/**
 * A new database that `migrate` has seen; dropped when disposed. The first of a run to ask with a function of that name migrates, the others
 * get copies, which cost a tenth of it.
 */
export async function migratedDatabase(migrate: Migrate): Promise<Relational> {
  const template = `by_${migrate.name.toLowerCase()}`;
  await administer(async (client) => {
    // Test files run in processes of their own. The lock goes with the session.
    await client.query('SELECT pg_advisory_lock(hashtext($1))', [template]);
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [template]);
    if (rowCount !== 0) return;
    const draft = `${template}_draft`;
    await client.query(`CREATE DATABASE ${draft}`);
    const pool = new pg.Pool({ connectionString: urlOf(draft) });
    await migrate(pool).finally(() => pool.end());
    // Under its name once it is whole.
    await client.query(`ALTER DATABASE ${draft} RENAME TO ${template}`);
  });
  return copyOf(template);
}

async function copyOf(template: string): Promise<Relational> {
  const name = `t_${randomBytes(8).toString('hex')}`;
  // Copying files is cheaper than logging them where nothing is synced to disk.
  await administer((client) =>
    client.query(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY file_copy`),
  );
  const log = createLogger({ name: 'test', level: 'silent' });
  const relational = await openRelational(urlOf(name), { dataDir: '', log, poolSize: 10 });
  const close = relational[Symbol.asyncDispose].bind(relational);
  return Object.assign(relational, {
    [Symbol.asyncDispose]: async () => {
      await close();
      await administer((client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`));
    },
  });
}

function urlOf(database: string): string {
  const url = new URL(inject('postgresUrl'));
  url.pathname = `/${database}`;
  return url.href;
}

async function administer(work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: inject('postgresUrl') });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
