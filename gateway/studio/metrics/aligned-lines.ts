import type { Line } from './metric-series.ts';

/** Seconds since 1970 in common, then the values of each line; a gap is a moment at which none has one. */
export type AlignedLines = readonly [number[], ...(number | null)[][]];

/**
 * What a chart draws. A window without a value is a gap, also one that nobody tells of: where the next start is further than `stepMs`, the line
 * ends and begins anew. Without a step (sessions) any two windows follow each other.
 */
export function alignedOf(lines: readonly Line[], stepMs: number | undefined): AlignedLines {
  const told = [...new Set(lines.flatMap(({ values }) => [...values.keys()]))].sort((a, b) => a - b);
  const starts = told.flatMap((start, index) => {
    const next = told[index + 1];
    const follows = stepMs === undefined || next === undefined || next - start <= stepMs;
    return follows ? [start] : [start, start + stepMs];
  });
  const rows = lines.map(({ values }) => starts.map((start) => values.get(start) ?? null));
  return [starts.map((start) => start / 1_000), ...rows];
}

/**
 * From when to when a chart is drawn, in seconds since 1970. A moment that stands alone has as much on either side as one window is long (an hour where none is
 * due): left to itself the chart would show years.
 */
export function spanOf(
  from: number,
  to: number,
  stepMs: number | undefined,
): readonly [from: number, to: number] {
  const besides = from === to ? (stepMs ?? 3_600_000) / 1_000 : 0;
  return [from - besides, to + besides];
}
