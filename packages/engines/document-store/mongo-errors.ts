import { CodedError } from '@tributary/runtime';
import {
  MongoBulkWriteError,
  MongoError,
  MongoNetworkError,
  MongoNetworkTimeoutError,
  MongoServerError,
  MongoServerSelectionError,
} from 'mongodb';

const duplicateKey = 11_000;
/** Server codes that say: not now, or not by this server. */
const away = new Set([6, 7, 18, 13, 89, 91, 189, 10_107, 11_600, 11_602, 13_435, 13_436, 64]);
/** QueryPlanKilled (an index was dropped under it), CursorNotFound and CursorKilled (as after a failover): the same question is answered when it is asked again. */
const askAgain = new Set([175, 43, 237]);
const tooSlow = new Set([50, 262]);
/** Of a MongoNetworkTimeoutError. */
const socketSilence = /^connection \S+ to \S+ timed out$/;
/** BSONObjectTooLarge, and what updates say instead. */
const tooLarge = new Set([10_334, 17_419]);

/** A driver's error as a coded one; what the statement itself is to blame for stays what it is: a fault of ours. */
export function codedMongoError(error: unknown): unknown {
  if (error instanceof CodedError || !(error instanceof MongoError)) return error;
  if (error instanceof MongoNetworkTimeoutError) return late(error);
  if (error instanceof MongoNetworkError || error instanceof MongoServerSelectionError)
    return unavailable(error);
  if (error instanceof MongoBulkWriteError) {
    if (error.code === duplicateKey) return error;
    // Of a bulk the driver wraps whatever went wrong as if the server had said it: only the words are left of what it was.
    if (typeof error.code !== 'number')
      return socketSilence.test(error.message) ? late(error) : unavailable(error);
  }
  if (!(error instanceof MongoServerError)) return unavailable(error);
  const code = Number(error.code);
  if (tooSlow.has(code)) return late(error);
  // No document is so large by itself: it has grown by the events that wait in it.
  if (tooLarge.has(code)) return full(error);
  const isAway = away.has(code) || askAgain.has(code) || error.hasErrorLabel('RetryableWriteError');
  return isAway ? unavailable(error) : error;
}

/** Runs something of the driver. @throws CodedError ENGINE_UNAVAILABLE, DEADLINE_EXCEEDED, BACKLOG_FULL, and what the driver throws otherwise */
export async function withCodedErrors<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw codedMongoError(error);
  }
}

/** Why a MongoDB could not be opened, for whoever set the URL: names the setting, the place and what to look at, never the password. */
export function unreachableMongo(cause: unknown, { hosts, database }: MongoPlace): unknown {
  const file = unreadFile(cause);
  if (file !== undefined)
    return new CodedError('CONFIG_INVALID', `DOCUMENT_STORE_URL names a file that cannot be read: ${file}.`, {
      cause,
      details: { setting: 'DOCUMENT_STORE_URL' },
    });
  const place = hosts.join(',');
  // The driver looks for the hosts of mongodb+srv:// itself, and tells that nobody knows them as the system does.
  const isUnknown = /querySrv|queryTxt|ENOTFOUND|EAI_AGAIN/.test(reasonsOf(cause).join(' '));
  if (!(cause instanceof MongoError) && !isUnknown) return cause;
  const message = `DOCUMENT_STORE_URL names a MongoDB at ${place} that cannot be used: ${reason(cause, database)}.`;
  return new CodedError('ENGINE_UNAVAILABLE', message, { cause, details: { engine: 'mongo', place } });
}

interface MongoPlace {
  readonly hosts: readonly string[];
  readonly database: string;
}

/** Of those that the options of TLS name. */
function unreadFile(cause: unknown): string | undefined {
  const { code, path } = cause as NodeJS.ErrnoException;
  return cause instanceof Error && path !== undefined && /^(ENOENT|EACCES|EISDIR)$/.test(code ?? '')
    ? path
    : undefined;
}

function reason(error: unknown, database: string): string {
  const text = reasonsOf(error).join(' ');
  if (isServerCode(error, 18) || /Authentication failed|bad auth/i.test(text))
    return 'it refuses the user or the password; correct them, or name the database that knows the user in authSource';
  if (isServerCode(error, 13))
    return `it does not let this user use the database ${database}: grant readWrite on it`;
  const replicaSet = passedOverSet(error);
  if (replicaSet?.isThere === true)
    return `the replica set ${replicaSet.name} has no primary at the moment; it elects one once most of its members are up and reach each other`;
  if (replicaSet !== undefined)
    return `no server there is of the replica set ${replicaSet.name}; correct replicaSet, or leave it out where a server stands by itself`;
  if (/querySrv|queryTxt/.test(text)) return 'DNS has no servers of that name; correct it, or use mongodb://';
  if (/ECONNREFUSED/.test(text)) return 'nothing listens there; start the server, or correct host and port';
  if (/ENOTFOUND|EAI_AGAIN/.test(text)) return 'there is no such host; correct it';
  if (/CERT|certificate|self.signed|altnames/i.test(text))
    return 'its certificate is not trusted; name its authority in tlsCAFile';
  return 'it does not answer; look at host and port, whether it speaks TLS (tls=true), and for a firewall in between';
}

/**
 * The replica set that is looked for, where the driver passes over the servers it finds: they are of none of that name, or of it and none of them is its primary, as while one
 * is elected. It has nothing to say of them.
 */
function passedOverSet(error: unknown): { readonly name: string; readonly isThere: boolean } | undefined {
  if (!(error instanceof MongoServerSelectionError)) return undefined;
  const { setName: name, servers } = error.reason ?? {};
  if (name == null || servers === undefined) return undefined;
  const found = [...servers.values()];
  if (found.some((server) => server.setName === name)) return { name, isThere: true };
  return found.every((server) => server.error === null) ? { name, isThere: false } : undefined;
}

/** What an error says, and what is said to have caused it: the driver tells of a server by the last thing that went wrong there. */
function reasonsOf(error: unknown): readonly string[] {
  const said: string[] = [];
  for (let at = error; at instanceof Error && said.length < 5; at = at.cause)
    said.push(`${at.message} ${'code' in at ? String(at.code) : ''}`);
  return said;
}

export function isServerCode(error: unknown, code: number): boolean {
  return error instanceof MongoError && error.code === code;
}

export function isDuplicateKey(error: unknown): error is MongoError {
  return isServerCode(error, duplicateKey);
}

/** Servers say it in the message alone: `E11000 duplicate key error collection: d.c index: by_code.1f dup key: { … }`. */
export function indexNameIn(message: string): string | undefined {
  return /\sindex: (\S+)\s+dup key/.exec(message)?.[1];
}

function unavailable(cause: Error): CodedError {
  return new CodedError('ENGINE_UNAVAILABLE', 'The document store is away for a moment.', { cause });
}

function full(cause: Error): CodedError {
  return new CodedError(
    'BACKLOG_FULL',
    'Too many changes of this document wait for the event log; it is changed again when the log has caught up.',
    { cause },
  );
}

function late(cause: Error): CodedError {
  return new CodedError('DEADLINE_EXCEEDED', 'The document store took too long.', { cause });
}
