import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

// RFC 3339 §5.6: the offset is required, seconds may have a fraction, T and Z may be lower case.
const rfc3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt]([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(\.\d{1,9})?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

/** The form that comes out, of a day that every year has: most of what comes in is in it already, and need not be taken apart and put together again. */
const inForm =
  /^(?!0000)\d{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

/** RFC 3339 in, UTC with milliseconds out. @throws GraphQLError for anything else, also for 30 February. */
export function parseDateTime(value: unknown): string {
  if (typeof value === 'string' && inForm.test(value)) return value;
  const match = typeof value === 'string' ? rfc3339.exec(value) : null;
  if (match === null)
    throw new GraphQLError('A DateTime is RFC 3339 text with an offset, like 2001-01-01T00:47:00Z.');
  const [text, year, month, day] = match;
  const daysInMonth = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  const moment = new Date(text.toUpperCase());
  const utcYear = moment.getUTCFullYear();
  if (Number.isNaN(moment.getTime()) || Number(day) > daysInMonth || utcYear < 1 || utcYear > 9999) {
    throw new GraphQLError('A DateTime names a moment that exists, in the years 1 to 9999.');
  }
  return moment.toISOString();
}

/** Whether it is a moment in the form `parseDateTime` makes, which is how moments are stored and how cursors carry them. */
export function isMoment(value: unknown): value is string {
  if (typeof value !== 'string') return false;
  try {
    return parseDateTime(value) === value;
  } catch {
    return false;
  }
}

export const dateTimeScalar = new GraphQLScalarType({
  name: 'DateTime',
  // What is stored is in this form already: it was parsed on its way in, or written by the server.
  serialize: (value) => value,
  parseValue: parseDateTime,
  parseLiteral: (node) => parseDateTime(node.kind === Kind.STRING ? node.value : undefined),
});
