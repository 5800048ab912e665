import type { MetricOverTimeQuery } from '../generated/operations.ts';

export type ServedSeries = NonNullable<MetricOverTimeQuery['metric']>['series'][number];
type Point = ServedSeries['points'][number];

/** A line of a chart: its name, and its values by the start of their window. */
export interface Line {
  readonly name: string;
  readonly values: ReadonlyMap<number, number | null>;
}

/** Windows on screen: an update of an older one is not drawn. */
const shownWindows = 48;
/** More lines than this are told apart by nobody. */
export const shownLines = 6;

/** Series by their dimensions, their points by the start of their window. */
export type SeriesState = ReadonlyMap<string, ReadonlyMap<string, Point>>;

export function stateOf(series: readonly ServedSeries[]): SeriesState {
  return merged(new Map(), series);
}

/** With what an update says: a point replaces the one of its window, and one without rows takes it away. */
export function merged(state: SeriesState, series: readonly ServedSeries[]): SeriesState {
  const next = new Map(state);
  for (const { dimensions, points } of series) {
    const key = JSON.stringify(dimensions);
    const known = new Map(next.get(key));
    for (const point of points) {
      if (point.rows === 0) known.delete(point.start);
      else known.set(point.start, point);
    }
    const newest = [...known.keys()].sort().slice(-shownWindows);
    next.set(key, new Map(newest.flatMap((start) => ofStart(known, start))));
  }
  return next;
}

function ofStart(points: ReadonlyMap<string, Point>, start: string): readonly (readonly [string, Point])[] {
  const point = points.get(start);
  return point === undefined ? [] : [[start, point]];
}

/** The lines of one measure: those with the most rows, by name. */
export function linesOf(state: SeriesState, measure: string): readonly Line[] {
  const weighed = [...state].map(([key, points]) => ({
    key,
    points,
    rows: [...points.values()].reduce((sum, { rows }) => sum + rows, 0),
  }));
  return weighed
    .sort((a, b) => b.rows - a.rows)
    .slice(0, shownLines)
    .map(({ key, points }) => ({
      name: nameOf(key),
      values: new Map([...points].map(([start, point]) => [Date.parse(start), measured(point, measure)])),
    }));
}

function measured({ values }: Point, measure: string): number | null {
  return values.find((value) => value.measure === measure)?.value ?? null;
}

function nameOf(key: string): string {
  const values = Object.values(JSON.parse(key) as Readonly<Record<string, unknown>>);
  return values.length === 0 ? 'All' : values.map((value) => String(value ?? 'none')).join(' · ');
}
