import type { Batching } from './port.ts';

/**
 * How long a reader rests after a batch. A batch costs something for itself (statements, a commit, a lock) and something for what it changes, which is stored once
 * however often it changed: both are less for an event the more events there are in it. So a reader gives `1 / (1 + restFactor)` of the time to batches and lets the rest
 * go by. While little happens a batch takes a millisecond or two, and whoever looks for its effect notices nothing; the more comes in, the longer batches take, the more
 * gathers, and the cheaper an event becomes. What holds it: a rest has a longest length, and ends once half of what memory keeps waits (`RecentRecords.isHalfFull`). A
 * batch that was full is followed by no rest.
 */
export function restOf(tookMs: number, { longestRestMs = 0, restFactor = 1 }: Batching): number {
  return Math.min(longestRestMs, restFactor * tookMs);
}
