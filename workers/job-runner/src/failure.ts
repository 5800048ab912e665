import type { RunFailure } from '@tributary/job-queue';
import { CodedError, isErrorCode } from '@tributary/runtime';

/** An error on its way between two processes. */
export interface CarriedError {
  readonly code: string;
  readonly message: string;
  readonly waits?: boolean | undefined;
}

/** How an attempt ended. */
export interface AttemptFailure extends RunFailure {
  /** It found no place to work in, or what it works on is not there yet: the run goes back into its queue, and the attempt does not count. */
  readonly waits: boolean;
}

/** What has no place now for a run, or for the events of what it writes. */
const noPlace: ReadonlySet<string> = new Set(['OVERLOADED', 'RATE_LIMITED', 'BACKLOG_FULL']);

/** An engine was away before it was given anything to do. What it had begun and lost is a failure like others: the work itself may be what ends it. */
export class EngineAway extends CodedError {
  constructor(message: string, cause?: unknown) {
    super('ENGINE_UNAVAILABLE', message, { cause });
  }
}

/** A file that the run reads is still to be scanned: nobody has done anything wrong, and it is served when that is done. */
export class FileWaits extends CodedError {
  constructor(message: string) {
    super('FILE_NOT_SERVED', message);
  }
}

/** What a run's people see of an error. A `CodedError` speaks for itself; anything else is a fault of ours, and its text may hold internals. */
export function failureOf(error: unknown): AttemptFailure {
  if (error instanceof CodedError) {
    // What the caller did wrong stays wrong; a fault of ours, or a moment's trouble, may be over next time.
    const retryable = error.retryable || error.status >= 500;
    const waits = error instanceof EngineAway || error instanceof FileWaits || noPlace.has(error.code);
    return { code: error.code, message: error.message, retryable, waits };
  }
  const kind = error instanceof Error ? error.name : typeof error;
  return {
    code: 'INTERNAL',
    message: `The job's code failed (${kind}); the runner's log says where.`,
    retryable: true,
    waits: false,
  };
}

export function carriedError(error: unknown): CarriedError {
  const { code, message, waits } = failureOf(error);
  return { code, message, waits };
}

export function errorFrom({ code, message, waits }: CarriedError): CodedError {
  if (waits === true && code === 'ENGINE_UNAVAILABLE') return new EngineAway(message);
  if (waits === true && code === 'FILE_NOT_SERVED') return new FileWaits(message);
  return new CodedError(isErrorCode(code) ? code : 'INTERNAL', message);
}
