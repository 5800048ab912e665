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
const tooSlow = new Set([50, 262]);

/** A driver's error as a coded one; what the statement itself is to blame for stays what it is: a fault of ours. */
export function codedMongoError(error: unknown): unknown {
  if (error instanceof CodedError || !(error instanceof MongoError)) return error;
  if (error instanceof MongoNetworkTimeoutError) return late(error);
  if (error instanceof MongoNetworkError || error instanceof MongoServerSelectionError)
    return unavailable(error);
  if (error instanceof MongoBulkWriteError && error.code === duplicateKey) return error;
  if (!(error instanceof MongoServerError)) return unavailable(error);
  const code = Number(error.code);
  if (tooSlow.has(code)) return late(error);
  const isAway = away.has(code) || error.hasErrorLabel('RetryableWriteError');
  return isAway ? unavailable(error) : error;
}

/** Runs something of the driver. @throws CodedError ENGINE_UNAVAILABLE, DEADLINE_EXCEEDED, and what the driver throws otherwise */
export async function withCodedErrors<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw codedMongoError(error);
  }
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

function late(cause: Error): CodedError {
  return new CodedError('DEADLINE_EXCEEDED', 'The document store took too long.', { cause });
}
