import type { GraphAnswer, GraphCaller } from '@tributary/test-kit';
import { expect } from 'vitest';

export interface Point {
  readonly start: string;
  readonly end: string;
  readonly rows: number;
  readonly byMeasure: Readonly<Record<string, number | null>>;
}

export interface ShownSeries {
  readonly dimensions: Readonly<Record<string, string>>;
  readonly points: readonly Point[];
}

interface Freshness {
  readonly watermark?: string | null;
  readonly latest: string | null;
  readonly lagMs: number;
  readonly late: number;
  readonly ahead: number;
  readonly invalid: number;
  readonly overflow: number;
}

interface Declared {
  readonly name: string;
  /** A kind of event, `page.viewed`, or a model, `Flight`. */
  readonly over: string;
  readonly windows: readonly { readonly name: string }[];
  readonly groupings: readonly (readonly string[])[];
}

interface MetricAnswer {
  readonly freshness: Freshness;
  readonly series: readonly ShownSeries[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** All that a metric keeps: by window and grouping, in an order that names of places alone decide. */
export type EverySeries = Readonly<
  Record<string, { readonly freshness: Freshness; readonly series: readonly ShownSeries[] }>
>;

const text = `query ($name: String!, $window: MetricWindow!, $dimensions: [String!], $where: JSON, $after: Cursor) {
  metric(name: $name, window: $window, dimensions: $dimensions, where: $where, from: "2000-01-01T00:00:00Z", to: "2100-01-01T00:00:00Z", first: 100, after: $after) {
    freshness { watermark latest lagMs late ahead invalid overflow }
    series { dimensions points { start end rows byMeasure } } pageInfo { hasNextPage endCursor } } }`;

export interface SeriesAsked {
  readonly name: string;
  readonly window: string;
  readonly dimensions?: readonly string[];
  readonly where?: object;
}

export async function seriesOf(
  ask: GraphCaller,
  asked: SeriesAsked,
): Promise<{ readonly freshness: Freshness; readonly series: readonly ShownSeries[] }> {
  const series: ShownSeries[] = [];
  let after: string | null = null;
  for (;;) {
    const { data, errors }: GraphAnswer<{ metric: MetricAnswer }> = await ask<{ metric: MetricAnswer }>(
      text,
      { ...asked, after },
    );
    expect(errors).toEqual([]);
    const { freshness, series: page, pageInfo }: MetricAnswer = data.metric;
    series.push(...page);
    if (!pageInfo.hasNextPage) return { freshness, series };
    after = pageInfo.endCursor;
  }
}

/** Every metric that is declared, in each of its windows and groupings. Ids of airports become their codes (`codes`): they differ from one product to the other. */
export async function everySeries(
  ask: GraphCaller,
  codes: ReadonlyMap<string, string>,
): Promise<EverySeries> {
  const { data, errors } = await ask<{ metrics: Declared[] }>(
    '{ metrics { name over windows { name } groupings } }',
  );
  expect(errors).toEqual([]);
  const all: Record<string, { freshness: Freshness; series: readonly ShownSeries[] }> = {};
  for (const { name, over, windows, groupings } of data.metrics)
    for (const { name: window } of windows)
      for (const dimensions of groupings) {
        const { freshness, series } = await seriesOf(ask, { name, window, dimensions });
        all[`${name} ${window} [${dimensions}]`] = {
          freshness: over.includes('.') ? freshness : withoutWatermark(freshness),
          series: series.map(named).sort(byPlace),
        };
      }
  return all;

  function named({ dimensions, points }: ShownSeries): ShownSeries {
    const entries = Object.entries(dimensions).map(([name, value]) => [name, codes.get(value) ?? value]);
    return { dimensions: Object.fromEntries(entries), points };
  }
}

/** Records lie in partitions by ids that each product makes for itself, and the watermark is of the one that has come least far. */
function withoutWatermark({ watermark: _, ...freshness }: Freshness): Freshness {
  return freshness;
}

function byPlace(one: ShownSeries, other: ShownSeries): number {
  const [a, b] = [JSON.stringify(one.dimensions), JSON.stringify(other.dimensions)];
  return a < b ? -1 : a > b ? 1 : 0;
}
