import { CodedError, type ErrorCode } from '@tributary/runtime';
import pg from 'pg';

/** What the outbox raises where too many events wait: of a class that PostgreSQL leaves to applications. */
export const backlogFullState = 'TR001';

const byState: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  '23505': ['CONFLICT', 'Something with these values exists already.'],
  '40001': ['OVERLOADED', 'Others changed the same rows at the same time.'],
  '40P01': ['OVERLOADED', 'Others changed the same rows at the same time.'],
  '55P03': ['DEADLINE_EXCEEDED', 'Waiting for a row that others hold took too long.'],
  '57014': ['DEADLINE_EXCEEDED', 'The database took too long.'],
  '25P03': ['DEADLINE_EXCEEDED', 'The transaction was idle for too long.'],
  '25006': ['ENGINE_UNAVAILABLE', 'The database takes no writes at the moment.'],
  '53100': [
    'INSUFFICIENT_STORAGE',
    'The disk of the database is full; writes succeed again when it has room.',
  ],
  [backlogFullState]: [
    'BACKLOG_FULL',
    'Too many events wait for the event log; changes are taken again when it has caught up.',
  ],
  '3D000': ['ENGINE_UNAVAILABLE', 'The database does not exist.'],
};

/** SQLSTATE classes that mean the server, not the statement: connection, resources, operator intervention, system. */
const serverClasses = new Set(['08', '53', '57', '58', 'XX', '28']);

const driverFaults =
  /^(Connection terminated|timeout expired|Query read timeout|Client has encountered a connection error|Client was closed|timeout exceeded when trying to connect|Cannot use a pool after|The server does not support SSL|There was an error establishing an SSL connection)/;

/** The system's words (`ECONNRESET`, `EAI_AGAIN`); those that begin with `ERR_` are Node's own, of TLS or of a call that is wrong. */
const socketFaults = /^E(?!RR_)[A-Z_]+$/;

/** What OpenSSL and Node call certificates that are not trusted, and handshakes that fail. */
const tlsFaults = /CERT|^ERR_(TLS|SSL|OSSL)|^UNABLE_TO_/;

/** The code of a TLS handshake that failed; undefined for every other fault. */
export function tlsFaultOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return tlsFaults.test(code) ? code : undefined;
}

/** A driver's error as a coded one; errors of the statement itself (syntax, unknown column) stay what they are: faults of ours. */
export function codedSqlError(error: unknown): unknown {
  if (error instanceof CodedError || !(error instanceof Error)) return error;
  if (error instanceof pg.DatabaseError) {
    const state = error.code ?? '';
    const known = byState[state];
    if (known !== undefined) return new CodedError(known[0], known[1], { cause: error });
    return serverClasses.has(state.slice(0, 2)) ? unavailable(error) : error;
  }
  const isSocketFault = 'code' in error && socketFaults.test(String(error.code));
  return isSocketFault || tlsFaultOf(error) !== undefined || driverFaults.test(error.message)
    ? unavailable(error)
    : error;
}

/** Serialisation failure or deadlock: the transaction did nothing and may be run again. */
export function isWorthRepeating(error: unknown): boolean {
  const cause = error instanceof CodedError ? error.cause : error;
  return cause instanceof pg.DatabaseError && (cause.code === '40001' || cause.code === '40P01');
}

/** It waited for what others hold: nothing is the matter with the statement, and it succeeds once they let go. */
export function isHeldByOthers(error: unknown): boolean {
  const cause = error instanceof CodedError ? error.cause : error;
  return cause instanceof pg.DatabaseError && cause.code === '55P03';
}

/** The server owes an answer that did not come in time: on that connection nothing else would be answered either. */
export function isUnanswered(error: unknown): boolean {
  const cause = error instanceof CodedError ? error.cause : error;
  return cause instanceof Error && cause.message === 'Query read timeout';
}

/** A connection was asked for, and none came: nobody answered in time, none was free, or the server has all it may have (SQLSTATE 53300). */
export function isUngiven(error: unknown): boolean {
  const cause = error instanceof CodedError ? error.cause : error;
  if (!(cause instanceof Error)) return false;
  return (
    // As the pool says it, or the connection itself: whichever clock is first.
    /^(timeout exceeded when trying to connect|Connection terminated due to connection timeout|timeout expired)$/.test(
      cause.message,
    ) ||
    ('code' in cause && cause.code === '53300')
  );
}

function unavailable(cause: Error): CodedError {
  return new CodedError('ENGINE_UNAVAILABLE', 'The database is away for a moment.', { cause });
}
