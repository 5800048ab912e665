import { CodedError } from '@tributary/runtime/errors';

/** A DATE or TIMESTAMP as the port tells it. @throws CodedError QUERY_INVALID for what RFC 3339 has no words for: infinity, and years outside of 1 to 9999 */
export function toldMoment(text: string): string {
  if (/^\d{4}-/.test(text) && !text.startsWith('0000') && !text.includes('(BC)')) return text;
  throw new CodedError(
    'QUERY_INVALID',
    'A DATE or TIMESTAMP of the result lies outside of the years 1 to 9999.',
  );
}
