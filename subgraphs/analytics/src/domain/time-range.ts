import { CodedError } from '@tributary/runtime';

const defaultRangeMs = 7 * 86_400_000;

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
  if (!(start < end))
    throw new CodedError('BAD_USER_INPUT', '`from` must lie before `to`.', { details: { argument: 'from' } });
  return { from: new Date(start).toISOString(), to: new Date(end).toISOString() };
}
