/** A range of time as it is chosen: so many days back from now, or two moments in the reader's time zone (`2026-11-01T00:00`). */
export type TimeRange = { readonly days: number } | { readonly fromLocal: string; readonly toLocal: string };

export interface Moments {
  /** RFC 3339. */
  readonly from: string;
  readonly to: string;
}

/** The range at this moment; undefined while one of its ends is not filled in. */
export function momentsOf(range: TimeRange, nowMs: number): Moments | undefined {
  if ('days' in range) {
    // Up to the end of this minute, so that what came in just now is inside.
    const toMs = Math.ceil((nowMs + 1) / 60_000) * 60_000;
    return { from: new Date(toMs - range.days * 86_400_000).toISOString(), to: new Date(toMs).toISOString() };
  }
  const [from, to] = [new Date(range.fromLocal), new Date(range.toLocal)];
  if (Number.isNaN(from.getTime()) || Number.isNaN(to.getTime())) return undefined;
  return { from: from.toISOString(), to: to.toISOString() };
}

/** A moment as a `datetime-local` control holds it. */
export function localText(ms: number): string {
  return new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
