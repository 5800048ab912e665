import type { RunLogSubscription } from '../generated/operations.ts';

/** Counted from 1, without a gap, for a run's whole log. */
export type LogLine = NonNullable<RunLogSubscription['runLog']>['lines'][number];

/** Each line once, in order, from the newest back to the first before which one is missing. */
export function unbrokenLines(lines: readonly LogLine[]): readonly LogLine[] {
  const ordered = [...new Map(lines.map((line) => [line.seq, line])).values()].sort((a, b) => a.seq - b.seq);
  const start = ordered.findLastIndex(({ seq }, at) => ordered[at - 1]?.seq !== seq - 1);
  return ordered.slice(Math.max(0, start));
}

/** Which lines these are of the log: all of it, or its end. */
export function whichLines(lines: readonly LogLine[]): string {
  const [first] = lines;
  const last = lines.at(-1);
  if (first === undefined || last === undefined) return '0 lines';
  if (first.seq > 1) return `lines ${first.seq} to ${last.seq}`;
  return lines.length === 1 ? '1 line' : `${lines.length} lines`;
}
