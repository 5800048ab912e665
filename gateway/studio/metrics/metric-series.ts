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
/** Groups that are asked for: those with the most rows. Where there are fewer, they are all there are. */
export const askedGroups = 8;
/** Groups that nobody asked for may be among those of the answer under way; of a metric with thousands, not all are kept for that. */
const keptGroups = 500;

/** Series by their dimensions, their points by the start of their window; a point without rows says that its window is gone. */
export type SeriesState = ReadonlyMap<string, ReadonlyMap<string, Point>>;

export const noSeries: SeriesState = new Map();

export function stateOf(series: readonly ServedSeries[]): SeriesState {
  return merged(noSeries, series);
}

/** With what an update says; of what was not `served`, that of the latest groups. */
export function gathered(
  updates: SeriesState,
  series: readonly ServedSeries[],
  served: SeriesState,
): SeriesState {
  const next = new Map(withinShown(merged(updates, series)));
  const beside = [...next.keys()].filter((key) => !served.has(key));
  for (const key of beside.slice(0, Math.max(0, beside.length - keptGroups))) next.delete(key);
  return next;
}

/** Whether there are groups that are in no answer yet. */
export function hasOthers(series: readonly ServedSeries[], served: SeriesState): boolean {
  return series.some(({ dimensions }) => !served.has(keyOf(dimensions)));
}

/**
 * An answer with what came beside it. An answer lacks what came later, and holds nothing that the updates do not come to: the order in which both came does not matter.
 * A group that is not in an answer which could have held more began since, and all of it is in the updates.
 */
export function laidOver(served: SeriesState, updates: SeriesState): SeriesState {
  const free = Math.max(0, askedGroups - served.size);
  const newGroups = free === 0 ? [] : [...updates.keys()].filter((key) => !served.has(key)).slice(-free);
  const shown = [...served.keys(), ...newGroups].map(
    (key) => [key, new Map([...(served.get(key) ?? []), ...(updates.get(key) ?? [])])] as const,
  );
  return withinShown(
    new Map(
      shown.map(([key, points]) => [key, new Map([...points].filter(([, { rows }]) => rows > 0))] as const),
    ),
  );
}

/** Those updated last come last. */
function merged(state: SeriesState, series: readonly ServedSeries[]): SeriesState {
  const next = new Map(state);
  for (const { dimensions, points } of series) {
    const key = keyOf(dimensions);
    const known = new Map(next.get(key));
    for (const point of points) known.set(point.start, point);
    next.delete(key);
    next.set(key, known);
  }
  return next;
}

/** The newest windows of all series together: those of one axis. */
function withinShown(state: SeriesState): SeriesState {
  const starts = new Set([...state.values()].flatMap((points) => [...points.keys()]));
  const shown = new Set([...starts].sort().slice(-shownWindows));
  return new Map(
    [...state].map(([key, points]) => [
      key,
      new Map([...points].filter(([start]) => shown.has(start)).sort(([a], [b]) => (a < b ? -1 : 1))),
    ]),
  );
}

function keyOf(dimensions: ServedSeries['dimensions']): string {
  return JSON.stringify(dimensions);
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
