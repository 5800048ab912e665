import { CodedError } from '@tributary/runtime/errors';

/** A moment that RFC 3339 has no words for, as the engine writes it: what the port hands over instead, or what it throws. */
export type UntoldMoment = (text: string, column: string) => string;

export const isTold = (text: string): boolean =>
  /^\d{4}-/.test(text) && !text.startsWith('0000') && !text.includes('(BC)');

/** DuckDB's text of a moment that can be told, in RFC 3339: `2001-02-03 04:05:06.5`, and `+00` behind it where the type has a zone; ours is UTC. */
export const toldMoment = (text: string): string => `${text.replace(/\+00(:00)?$/, '').replace(' ', 'T')}Z`;

/** @throws CodedError QUERY_INVALID for infinity, and for years outside of 1 to 9999 */
export const refuseMoment: UntoldMoment = (text, column) => {
  throw new CodedError(
    'QUERY_INVALID',
    `The column ${column} of the result holds ${text}, which lies outside of the years 1 to 9999.`,
  );
};

export const handOverMoment: UntoldMoment = (text) => text;

/** What becomes of such moments in a query. */
export function untoldMoment({
  handsOverMoments = false,
}: {
  readonly handsOverMoments?: boolean;
}): UntoldMoment {
  return handsOverMoments ? handOverMoment : refuseMoment;
}
