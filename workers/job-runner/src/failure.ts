import type { RunFailure } from '@tributary/job-queue';
import { CodedError, isErrorCode } from '@tributary/runtime';

/** An error on its way between two processes. */
export interface CarriedError {
  readonly code: string;
  readonly message: string;
}

/** What a run's people see of an error. A `CodedError` speaks for itself; anything else is a fault of ours, and its text may hold internals. */
export function failureOf(error: unknown): RunFailure {
  if (error instanceof CodedError) {
    // What the caller did wrong stays wrong; a fault of ours, or a moment's trouble, may be over next time.
    const retryable = error.retryable || error.status >= 500;
    return { code: error.code, message: error.message, retryable };
  }
  const kind = error instanceof Error ? error.name : typeof error;
  return {
    code: 'INTERNAL',
    message: `The job's code failed (${kind}); the runner's log says where.`,
    retryable: true,
  };
}

export function carriedError(error: unknown): CarriedError {
  const { code, message } = failureOf(error);
  return { code, message };
}

export function errorFrom({ code, message }: CarriedError): CodedError {
  return new CodedError(isErrorCode(code) ? code : 'INTERNAL', message);
}
