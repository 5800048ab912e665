import { CodedError } from '@tributary/runtime';

const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

/** A DateTime argument. @throws CodedError BAD_USER_INPUT when it is no RFC 3339 moment. */
export function momentOf(text: string, argument: string): Date {
  const moment = rfc3339.test(text) ? new Date(text) : new Date(Number.NaN);
  if (Number.isNaN(moment.getTime()))
    throw new CodedError(
      'BAD_USER_INPUT',
      `${argument} must be a moment in RFC 3339, like 2001-01-01T00:47:00Z.`,
      {
        details: { argument },
      },
    );
  return moment;
}
