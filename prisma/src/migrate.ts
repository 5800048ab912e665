import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { Pool, PoolClient, QueryConfig } from 'pg';

/** Beside `package.json`, reached the same way from `src` and from `dist`. */
const migrationsFolder = new URL('../migrations/', import.meta.url);
/** The advisory lock `prisma migrate` takes: the two ways of migrating exclude each other. */
const migrateLock = 72707369;
/** What one of them may take, and what a process waits while another migrates. */
const migrationLimitMs = 4 * 3_600_000;

// The ledger as Prisma's schema engine makes it.
const createLedger = `CREATE TABLE IF NOT EXISTS public._prisma_migrations (
  id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL, finished_at timestamptz, migration_name varchar(255) NOT NULL,
  logs text, rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count integer NOT NULL DEFAULT 0)`;

/** A log of `@tributary/runtime`, as far as it is needed. */
interface MigrationLog {
  warn(fields: { readonly migration: string; readonly count: number }, message: string): void;
}

/**
 * Brings the platform tables to the state this release expects and answers the names of the migrations it applied. Processes that
 * start together wait for each other. Each migration and its ledger row commit in one transaction; the ledger is Prisma's own.
 * Migrations of a newer release are passed over, with a line in the log: they are such that this one runs on what they leave (`prisma/README.md`).
 * @throws Error when an applied migration's file was changed or is missing, or when `prisma migrate` left one half applied, or a sentence with what to grant where the user lacks a right.
 */
export async function applyMigrations(pool: Pool, log?: MigrationLog): Promise<readonly string[]> {
  const client = await pool.connect();
  // Checked out, its errors are ours to hear; the statement that runs rejects as well.
  const onError = (): void => undefined;
  client.on('error', onError);
  try {
    // The pool's limits are those of requests. One that waits here waits for all that another process migrates.
    await client.query(`SET statement_timeout = ${migrationLimitMs}`);
    await client.query(`SET lock_timeout = ${migrationLimitMs}`);
    await client.query(patient('SELECT pg_advisory_lock($1)', [migrateLock]));
    await client.query('RESET lock_timeout');
    return await applyPending(client, log);
  } catch (error) {
    throw isDenied(error) ? await explained(client, error) : error;
  } finally {
    // Also when the connection failed meanwhile: then the lock went with it.
    const restored = await client
      .query('SELECT pg_advisory_unlock($1)', [migrateLock])
      .then(() => client.query('RESET ALL'))
      .then(
        () => true,
        () => false,
      );
    client.off('error', onError);
    client.release(!restored);
  }
}

/** A query that may take as long as the server lets a migration: the pool's own patience is that of a request. */
function patient(text: string, values: unknown[] = []): QueryConfig {
  const query = { text, values, query_timeout: migrationLimitMs + 5_000 };
  return query;
}

/** SQLSTATE insufficient_privilege. */
function isDenied(error: unknown): error is Error {
  const fault = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return fault instanceof Error && 'code' in fault && fault.code === '42501';
}

/** What to grant: since PostgreSQL 15 `public` is not everybody's, and the schemas of the product are made by its user. */
async function explained(client: PoolClient, cause: Error): Promise<Error> {
  const why = cause.cause instanceof Error ? cause.cause.message : cause.message;
  const asked = 'SELECT current_user AS "user", current_database() AS database';
  const { rows } = await client.query<{ user: string; database: string }>(asked);
  const { user = '', database = '' } = rows[0] ?? {};
  const [role, place] = [user, database].map((name) => client.escapeIdentifier(name));
  return new Error(
    `DATABASE_URL names the user ${user}, who may not make in the database ${database} what this release needs (${why}). As its owner: GRANT CONNECT, CREATE ON DATABASE ${place} TO ${role}; GRANT USAGE, CREATE ON SCHEMA public TO ${role}; what another user made there before has to be this one's.`,
    { cause },
  );
}

async function applyPending(client: PoolClient, log: MigrationLog | undefined): Promise<readonly string[]> {
  await client.query(createLedger);
  const { rows } = await client.query<{ migration_name: string; checksum: string; finished: boolean }>(
    'SELECT migration_name, checksum, finished_at IS NOT NULL AS finished FROM public._prisma_migrations WHERE rolled_back_at IS NULL',
  );
  const ledger = new Map(rows.map((row) => [row.migration_name, row]));
  const entries = await readdir(migrationsFolder, { withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  const missing = [...ledger.keys()].find((name) => !names.includes(name));
  // What only adds to a state that is whole, and is the next release's: in a roll-out processes of this one start again now and then.
  const newest = names.at(-1) ?? '';
  const isWhole = names.every((name) => ledger.has(name));
  const isOfTheNext = [...ledger.values()].every(
    ({ migration_name: name, finished }) => names.includes(name) || (name > newest && finished),
  );
  if (missing !== undefined && !(isWhole && isOfTheNext))
    throw new Error(`The database has migration ${missing}, which this release does not know.`);
  const newer = [...ledger.keys()].filter((name) => !names.includes(name)).sort();
  if (newer.length > 0)
    log?.warn(
      { migration: newer.at(-1) ?? '', count: newer.length },
      'the database has migrations of a newer release than this process is of: it runs on what they leave, and is to be replaced when the roll-out is over',
    );
  const applied: string[] = [];
  for (const name of names) {
    const sql = await readFile(new URL(`${name}/migration.sql`, migrationsFolder), 'utf8');
    const checksum = createHash('sha256').update(sql).digest('hex');
    const known = ledger.get(name);
    if (known?.finished === false)
      throw new Error(`Migration ${name} was left half applied; resolve it with prisma migrate resolve.`);
    if (known !== undefined && known.checksum !== checksum)
      throw new Error(`Migration ${name} was changed after it was applied.`);
    if (known !== undefined) continue;
    await applyOne(client, { name, sql, checksum });
    applied.push(name);
  }
  return applied;
}

async function applyOne(
  client: PoolClient,
  migration: { name: string; sql: string; checksum: string },
): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(patient(migration.sql));
    await client.query(
      `INSERT INTO public._prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), now(), 1)`,
      [randomUUID(), migration.checksum, migration.name],
    );
    await client.query('COMMIT');
  } catch (cause) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw new Error(`Migration ${migration.name} failed; nothing of it was kept.`, { cause });
  }
}
