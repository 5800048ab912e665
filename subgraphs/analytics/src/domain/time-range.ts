import { CodedError } from '@tributary/runtime';

const defaultRangeMs = 7 * 86_400_000;
/** The years of RFC 3339 that are moments in a database too: JavaScript knows others. */
const [earliestMs, latestMs] = [Date.parse('0001-01-01T00:00:00Z'), Date.parse('9999-12-31T23:59:59.999Z')];

export interface TimeRange {
  /** RFC 3339. */
  readonly from: string;
  /** The first moment behind it. */
  readonly to: string;
}

/** The time that events are asked of: the last seven days where nothing else is said. @throws CodedError BAD_USER_INPUT */
export function timeRange(from: string | null, to: string | null, nowMs: number): TimeRange {
  const end = to === null ? nowMs + 1 : Date.parse(to);
  const start = from === null ? end - defaultRangeMs : Date.parse(from);
  for (const [argument, ms] of Object.entries({ to: end, from: start }))
    if (!(ms >= earliestMs && ms <= latestMs))
      throw new CodedError('BAD_USER_INPUT', `\`${argument}\` is a moment in the years 1 to 9999.`, {
        details: { argument },
      });
  if (!(start < end))
    throw new CodedError('BAD_USER_INPUT', '`from` must lie before `to`.', { details: { argument: 'from' } });
  return { from: new Date(start).toISOString(), to: new Date(end).toISOString() };
}
