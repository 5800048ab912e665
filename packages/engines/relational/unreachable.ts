import { CodedError } from '@tributary/runtime';
import pg from 'pg';
import { tlsFaultOf } from './postgres-errors.ts';

/**
 * Why a database could not be opened, for whoever set DATABASE_URL: names the setting, the host and what to look at, never the password.
 * Answers `error` itself when it is no fault of reaching the server.
 */
export function unreachable(url: string, error: unknown): unknown {
  if (!(error instanceof CodedError) || error.code !== 'ENGINE_UNAVAILABLE') return error;
  const { hostname, port, username, pathname } = new URL(url);
  const place = `${hostname}:${port === '' ? '5432' : port}`;
  const database = decodeURIComponent(pathname.slice(1));
  const why = reason(error.cause, { user: decodeURIComponent(username), database });
  const message = `DATABASE_URL names a database at ${place} that cannot be used: ${why}.`;
  return new CodedError('ENGINE_UNAVAILABLE', message, { cause: error.cause, details: { place } });
}

/** SQLSTATE of PostgreSQL, or the network's word. */
function reason(cause: unknown, { user, database }: { user: string; database: string }): string {
  if (cause instanceof pg.DatabaseError) {
    if (cause.code === '28P01' || cause.code === '28000')
      return `the server refuses the user ${user === '' ? 'it names' : user}; correct the user or the password`;
    if (cause.code === '3D000') return `the server has no database ${database}; create it, or name another`;
    if (cause.code === '53300') return 'the server has no connection left; raise its max_connections';
    if (cause.code === '57P03') return 'the server is starting up or shutting down; try again in a moment';
    // PgBouncer, unless it is told to leave them out (ignore_startup_parameters); then they are missed.
    if (/unsupported startup parameter/.test(cause.message))
      return 'a pooler stands there that takes no limits of a connection; name the server itself';
    if (/statement pooling mode/.test(cause.message))
      return 'a pooler stands there that allows no transactions; name the server itself, or use its session mode';
    return `the server says ${cause.code}`;
  }
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const tlsFault = tlsFaultOf(cause);
  if (tlsFault?.includes('ALERT'))
    return `the server ends TLS (${tlsFault}); see whether it wants a certificate (sslcert, sslkey)`;
  if (tlsFault !== undefined)
    return `its certificate is not trusted (${tlsFault}); name its authority with sslrootcert, and the host by the name in the certificate`;
  if (cause instanceof Error && 'path' in cause) return `the file ${cause.path} cannot be read (${code})`;
  if (code === 'ECONNREFUSED') return 'nothing listens there; start the server, or correct host and port';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'there is no such host; correct it';
  if (code === 'ECONNRESET') return 'the server cut the connection; see whether it is PostgreSQL';
  if (cause instanceof Error && /^There was an error establishing/.test(cause.message))
    return 'it answers neither yes nor no when it is asked for TLS; see whether it is PostgreSQL, or a proxy in front of it';
  if (cause instanceof Error && /SSL/.test(cause.message))
    return 'the server does not support SSL; leave sslmode out, or turn it on there';
  return 'it does not answer; look at the host, and for a firewall in between';
}
