const dayMs = 86_400_000;

const days = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' });

/** Whether windows begin with days, which are those of UTC: a reader's own midnight is not theirs. */
export function isOfDays(stepMs: number | undefined): boolean {
  return stepMs !== undefined && stepMs % dayMs === 0;
}

/** The day of UTC that begins at a moment. */
export function utcDay(startMs: number): string {
  return days.format(startMs);
}

/** What a window of whole days of UTC is called, from its first to its last one; undefined for others. */
export function daysOf(startMs: number, endMs: number): string | undefined {
  if (startMs % dayMs !== 0 || endMs % dayMs !== 0) return undefined;
  const [first, last] = [utcDay(startMs), utcDay(endMs - dayMs)];
  return first === last ? `${first} (UTC)` : `${first} to ${last} (UTC)`;
}
