import { CodedError } from './coded-error.ts';

/** Asked before each piece of long work for a caller. @throws CodedError DEADLINE_EXCEEDED when their time is over or they went away */
export function requireStillWanted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true)
    throw new CodedError('DEADLINE_EXCEEDED', 'Nobody waits for this answer any more.');
}
