import { CodedError } from '@tributary/runtime';

/** Milliseconds since the epoch of a moment in RFC 3339. @throws CodedError BAD_USER_INPUT */
export function momentMs(argument: string, moment: string): number {
  const atMs = /^\d{4}-\d{2}-\d{2}[Tt]/.test(moment) ? Date.parse(moment) : Number.NaN;
  if (Number.isNaN(atMs))
    throw new CodedError('BAD_USER_INPUT', `${argument} must be a moment in RFC 3339.`, {
      details: { argument },
    });
  return atMs;
}
