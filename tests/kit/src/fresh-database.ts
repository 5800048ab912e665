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

/** A new, empty database on the shared server; dropped when disposed. */
export async function freshDatabase(): Promise<Relational> {
  const serverUrl = inject('postgresUrl');
  const name = `t_${randomBytes(8).toString('hex')}`;
  await administer(serverUrl, `CREATE DATABASE ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const log = createLogger({ name: 'test', level: 'silent' });
  const relational = await openRelational(url.href, { dataDir: '', log, poolSize: 10 });
  const close = relational[Symbol.asyncDispose].bind(relational);
  return Object.assign(relational, {
    [Symbol.asyncDispose]: async () => {
      await close();
      await administer(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  });
}

async function administer(serverUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
