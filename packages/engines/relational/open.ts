import { join } from 'node:path';
import { CodedError, type Logger } from '@tributary/runtime';
import { decodedCredential, type EngineLeave, type EngineUrl, parseEngineUrl } from '../engine-url.ts';
import { refuseUnfit } from './database-as-needed.ts';
import { refusePooler } from './pooler.ts';
import type { Relational } from './port.ts';
import { codedSqlError } from './postgres-errors.ts';
import { unreachable } from './unreachable.ts';

export interface OpenRelationalOptions {
  /** The product's data folder; `embedded:` keeps its server in `postgres` below it. */
  readonly dataDir: string;
  readonly log: Logger;
  /** Connections at most; 20 when absent. */
  readonly poolSize?: number;
  /** Shown in `pg_stat_activity`; `tributary` when absent. */
  readonly applicationName?: string;
  readonly production?: boolean;
  readonly allowEmbedded?: boolean;
}

/**
 * Opens PostgreSQL by URL: `embedded:` starts a server that disposing stops, `postgres://…` connects to one.
 * @throws CodedError CONFIG_INVALID, ENGINE_UNAVAILABLE
 */
export async function openRelational(url: string, options: OpenRelationalOptions): Promise<Relational> {
  const {
    dataDir,
    log,
    poolSize = 20,
    applicationName = 'tributary',
    production = false,
    allowEmbedded = false,
  } = options;
  const { scheme } = checkRelationalUrl(url, { production, allowEmbedded });
  const { connectPostgres } = await import('./postgres.ts');
  if (scheme !== 'embedded') {
    const relational = connectPostgres(url, { poolSize, log, applicationName });
    return reachable(relational);
  }
  const { startEmbeddedPostgres } = await import('./embedded.ts');
  const server = await startEmbeddedPostgres({ dataDir: join(dataDir, 'postgres'), ownRoot: dataDir, log });
  const relational = connectPostgres(server.url, { poolSize, log, applicationName });
  const closePool = relational[Symbol.asyncDispose].bind(relational);
  return reachable(
    Object.assign(relational, {
      [Symbol.asyncDispose]: async () => {
        await closePool();
        await server[Symbol.asyncDispose]();
      },
    }),
  );
}

/**
 * Where the database of a running product is: what the URL says, or the address of the server that another process keeps in the data folder. Starts nothing.
 * @throws CodedError CONFIG_INVALID when this user may not look there, ENGINE_UNAVAILABLE when no product runs on the folder
 */
export async function runningDatabaseUrl(url: string, dataDir: string): Promise<string> {
  const { scheme } = checkRelationalUrl(url, { production: false, allowEmbedded: true });
  if (scheme !== 'embedded') return url;
  const { runningServerUrl } = await import('./embedded-running.ts');
  const found = await runningServerUrl(join(dataDir, 'postgres')).catch((cause: NodeJS.ErrnoException) => {
    const message = `The data folder ${dataDir} cannot be read (${cause.code}); run this as the user who runs the product.`;
    throw new CodedError('CONFIG_INVALID', message, { cause });
  });
  if (found !== undefined) return found;
  throw new CodedError(
    'ENGINE_UNAVAILABLE',
    `No product runs on the data folder ${dataDir}; start it, or name another with DATA_DIR.`,
  );
}

/** Which adapter a URL chooses; opens nothing. @throws CodedError CONFIG_INVALID */
export function checkRelationalUrl(url: string, leave: EngineLeave): EngineUrl {
  const schemes = ['embedded', 'postgres', 'postgresql'];
  const chosen = parseEngineUrl(url, { setting: 'DATABASE_URL', schemes, ...leave });
  if (chosen.scheme === 'embedded') return chosen;
  if (!hasHost(url))
    throw refused('DATABASE_URL must look like postgres://user:password@host:5432/database.');
  const { username, password, pathname } = new URL(asTheDriverReadsIt(url));
  for (const part of [username, password, pathname])
    decodedCredential(part, (why) => refused(`DATABASE_URL cannot be read: ${why}.`));
  if (leavesCertificates(new URL(url).searchParams))
    throw refused(
      'DATABASE_URL asks not to check the certificate of the server; use sslmode=verify-full, and name its authority with sslrootcert.',
    );
  const { searchParams } = new URL(url);
  const mode = searchParams.getAll('sslmode').find((word) => !sslModes.has(word));
  if (mode !== undefined)
    throw refused(
      `DATABASE_URL has an sslmode that is none here, ${mode.slice(0, 40)}; use disable, or verify-full, which require, prefer and verify-ca mean as well.`,
    );
  // The driver takes the digits that `30s` begins with, and 0 for no limit.
  const limit = limits.find((name) =>
    searchParams.getAll(name).some((value) => !/^[1-9]\d{0,9}$/.test(value)),
  );
  if (limit !== undefined)
    throw refused(`DATABASE_URL has a ${limit} that is no limit; write it in milliseconds, as 30000.`);
  for (const [name, harmless] of passedOver) {
    if (searchParams.getAll(name).every((value) => harmless.includes(value))) continue;
    const instead = name === 'dbname' ? 'name the database in the path' : 'leave it out';
    throw refused(`DATABASE_URL asks for something with ${name} that is not done here; ${instead}.`);
  }
  const unknown = [...searchParams.keys()].find((name) => !options.has(name) && !passedOver.has(name));
  if (unknown !== undefined)
    throw refused(
      `DATABASE_URL has the option ${unknown.slice(0, 40)}, which is not taken here; those of TLS are sslmode, sslrootcert, sslcert and sslkey.`,
    );
  return chosen;
}

/** What the driver knows; it would take any other word for verify-full. */
const sslModes: ReadonlySet<string> = new Set(['disable', 'prefer', 'require', 'verify-ca', 'verify-full']);

const limits = [
  ...['statement_timeout', 'query_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'],
];

/**
 * Of libpq and of the driver (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS). A wrong name would be passed over in silence: with
 * `sslmod=verify-full` nothing is checked.
 */
const options: ReadonlySet<string> = new Set([
  ...['host', 'port', 'user', 'password', 'application_name', 'fallback_application_name', 'options'],
  ...['sslmode', 'ssl', 'sslrootcert', 'sslcert', 'sslkey', 'sslpassword', 'sslnegotiation', 'sslsni'],
  ...limits,
  ...['client_encoding'],
]);

/** Of libpq and of Prisma, and read from a URL by nobody here; beside each the values that ask for nothing else than what is done. */
const passedOver: ReadonlyMap<string, readonly string[]> = new Map([
  ['target_session_attrs', ['any']],
  ['load_balance_hosts', ['disable']],
  ['channel_binding', ['disable', 'prefer']],
  ['gssencmode', ['disable', 'prefer']],
  ['schema', ['public']],
  ['pgbouncer', ['false']],
  ['connect_timeout', ['5']],
  ['keepalives', ['1']],
  ['keepalives_idle', ['10']],
  ['keepalives_interval', []],
  ['keepalives_count', []],
  ['tcp_user_timeout', ['0']],
  ['dbname', []],
]);

/** It repairs most of what is written wrongly, and fails with the rest: a `%` at the end, or one that is no character. */
function asTheDriverReadsIt(url: string): string {
  if (!/ |%[^a-f0-9]|%[a-f0-9][^a-f0-9]/i.test(url)) return url;
  return encodeURI(url).replace(/%25(\d\d)/g, '%$1');
}

/** Words of the driver under which anybody in between may answer in the server's place. */
function leavesCertificates(options: URLSearchParams): boolean {
  return (
    ['sslmode', 'ssl'].some((name) => options.get(name) === 'no-verify') || options.has('uselibpqcompat')
  );
}

function refused(message: string): CodedError {
  return new CodedError('CONFIG_INVALID', message, { details: { setting: 'DATABASE_URL' } });
}

function hasHost(url: string): boolean {
  return URL.canParse(url) && (new URL(url).host !== '' || new URL(url).searchParams.has('host'));
}

/** A wrong address shows at the start, not with the first request. */
async function reachable(relational: Relational): Promise<Relational> {
  try {
    // One that takes no writes for the moment is told of by readiness.
    await refuseUnfit(relational);
    await refusePooler(relational.pool);
    return relational;
  } catch (error) {
    await relational[Symbol.asyncDispose]();
    throw unreachable(relational.url, codedSqlError(error));
  }
}
