import type { LogEvent, LogRecord } from '../event-log/port.ts';
import type { Measure, Pipeline, Window, WindowResult } from './port.ts';

/** One row as tests think of it. */
export interface TestRow {
  readonly timeMs: number;
  readonly place: string | null;
  readonly amount: number | null;
}

export const workspaceId = '0190a1b2-0000-7000-8000-000000000001';

export const testMeasures: readonly Measure[] = [
  { name: 'rows', function: 'count' },
  { name: 'sum', function: 'sum', field: 'amount' },
  { name: 'mean', function: 'avg', field: 'amount' },
  { name: 'least', function: 'min', field: 'amount' },
  { name: 'most', function: 'max', field: 'amount' },
  { name: 'median', function: 'percentile', field: 'amount', percentile: 50 },
  { name: 'p95', function: 'percentile', field: 'amount', percentile: 95 },
  { name: 'places', function: 'distinct', field: 'place' },
];

/** A pipeline over the topic `test.row` with every measure, by place and in total. */
export function testPipeline(overrides: Partial<Pipeline> = {}): Pipeline {
  return {
    name: 'test',
    source: { topic: 'test.row', types: ['test.row.told'], only: undefined, rows: 'properties' },
    timeField: 'at',
    filter: undefined,
    dimensions: ['place'],
    groupings: [[], ['place']],
    measures: testMeasures,
    windows: [{ name: 'TEN', kind: 'tumble', sizeMs: 10_000, offsetMs: 0 }],
    outOfOrdernessMs: 0,
    allowedLatenessMs: null,
    idleAfterMs: 60_000,
    ahead: undefined,
    maxGroups: 1_000,
    keepMs: null,
    ...overrides,
  };
}

export function rowOf({ timeMs, place, amount }: TestRow): Readonly<Record<string, unknown>> {
  return { at: new Date(timeMs).toISOString(), place, amount };
}

export function eventOf(id: string, data: unknown, workspace = workspaceId): LogEvent {
  return {
    specversion: '1.0',
    id,
    source: '/test',
    type: 'test.row.told',
    subject: 'Row/1',
    time: '2026-11-01T00:00:00.000Z',
    datacontenttype: 'application/json',
    workspaceid: workspace,
    partitionkey: 'Row/1',
    actorkind: 'service',
    actorid: 'test',
    data,
  };
}

export function recordOf(event: LogEvent, offset: number, partition = 0): LogRecord {
  return { topic: 'test.row', partition, offset, timestampMs: Date.parse(event.time), event };
}

/** What windows over these rows hold, by the definitions alone: no state, no order, no sketch. */
export function bruteForce(
  rows: readonly TestRow[],
  { windows, groupings }: Pick<Pipeline, 'windows' | 'groupings'>,
): readonly WindowResult[] {
  return windows.flatMap((window) =>
    groupings.flatMap((grouping) =>
      [...groupBy(rows, (row) => JSON.stringify(grouping.length === 0 ? [] : [row.place]))].flatMap(
        ([key, group]) =>
          windowsOf(window, group).map(({ startMs, endMs, inside }) => ({
            window: window.name,
            grouping,
            group: JSON.parse(key) as (string | null)[],
            startMs,
            endMs,
            rows: inside.length,
            values: exactValues(inside),
          })),
      ),
    ),
  );
}

function windowsOf(
  window: Window,
  rows: readonly TestRow[],
): readonly { startMs: number; endMs: number; inside: readonly TestRow[] }[] {
  if (window.kind === 'session') return sessionsOf(window.gapMs, rows);
  const slideMs = window.kind === 'hop' ? window.slideMs : window.sizeMs;
  const times = rows.map(({ timeMs }) => timeMs);
  const found = [];
  const first =
    Math.floor((Math.min(...times) - window.offsetMs - window.sizeMs) / slideMs) * slideMs + window.offsetMs;
  for (let startMs = first; startMs <= Math.max(...times); startMs += slideMs) {
    const endMs = startMs + window.sizeMs;
    const inside = rows.filter(({ timeMs }) => timeMs >= startMs && timeMs < endMs);
    if (inside.length > 0) found.push({ startMs, endMs, inside });
  }
  return found;
}

function sessionsOf(
  gapMs: number,
  rows: readonly TestRow[],
): readonly { startMs: number; endMs: number; inside: readonly TestRow[] }[] {
  const sessions: { startMs: number; endMs: number; inside: TestRow[] }[] = [];
  for (const row of [...rows].sort((a, b) => a.timeMs - b.timeMs)) {
    const last = sessions.at(-1);
    if (last !== undefined && row.timeMs < last.endMs) {
      last.inside.push(row);
      last.endMs = row.timeMs + gapMs;
    } else sessions.push({ startMs: row.timeMs, endMs: row.timeMs + gapMs, inside: [row] });
  }
  return sessions;
}

/** In the order of `testMeasures`; percentiles are by nearest rank: the value of rank ⌈q·n⌉. */
function exactValues(rows: readonly TestRow[]): readonly (number | null)[] {
  const amounts = rows.flatMap(({ amount }) => (amount === null ? [] : [amount])).sort((a, b) => a - b);
  const sum = amounts.reduce((total, amount) => total + amount, 0);
  const rank = (q: number): number | null => amounts[Math.max(0, Math.ceil(q * amounts.length) - 1)] ?? null;
  const some = amounts.length > 0;
  return [
    rows.length,
    some ? sum : null,
    some ? sum / amounts.length : null,
    amounts[0] ?? null,
    amounts.at(-1) ?? null,
    rank(0.5),
    rank(0.95),
    new Set(rows.flatMap(({ place }) => (place === null ? [] : [place]))).size,
  ];
}

function groupBy<Value>(values: readonly Value[], keyOf: (value: Value) => string): Map<string, Value[]> {
  const groups = new Map<string, Value[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}

/** Results in one order and without the sketches' rounding: percentiles are compared apart, within their bound. */
export function comparable(results: readonly WindowResult[]): readonly unknown[] {
  return results
    .map(({ values, ...result }) => ({
      ...result,
      values: values.map((value, at) =>
        at === 5 || at === 6 || value === null ? null : Number(value.toPrecision(12)),
      ),
    }))
    .sort((a, b) =>
      JSON.stringify([a.window, a.grouping, a.group, a.startMs]) <
      JSON.stringify([b.window, b.grouping, b.group, b.startMs])
        ? -1
        : 1,
    );
}

/** The percentiles of two lists of results, pairwise. */
export function percentilePairs(
  left: readonly WindowResult[],
  right: readonly WindowResult[],
): readonly (readonly [number | null, number | null])[] {
  const keyOf = ({ window, grouping, group, startMs }: WindowResult): string =>
    JSON.stringify([window, grouping, group, startMs]);
  const others = new Map(right.map((result) => [keyOf(result), result]));
  return left.flatMap((result) =>
    [5, 6].map((at) => [result.values[at] ?? null, others.get(keyOf(result))?.values[at] ?? null] as const),
  );
}
