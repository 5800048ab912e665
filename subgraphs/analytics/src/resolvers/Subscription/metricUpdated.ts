import type { DimensionValue } from '@tributary/engines/stream-engine';
import type { Context } from '../../context.ts';
import type { Metric } from '../../declarations/read-metric.ts';
import { askedGrouping, type DimensionFilter, dimensionFilter } from '../../domain/metric-question.ts';
import type { MetricWindow, ResolversTypes, SubscriptionMetricUpdatedArgs } from '../../generated/schema.ts';
import type { MetricData, MetricPointData } from '../../metrics/metric-events.ts';
import { askedWindow, type Series } from '../../usecases/read-series.ts';
import { visibleMetric } from '../../usecases/visible-metric.ts';

/** Executed once for each event, and once before the first: the opening call refuses what the metric does not keep. */
export function metricUpdated(
  _parent: unknown,
  args: SubscriptionMetricUpdatedArgs,
  { core, principal, stream }: Context,
): ResolversTypes['MetricUpdate'] | null {
  const metric = visibleMetric(core, principal, args.name);
  if (args.window !== null && args.window !== undefined) askedWindow(metric, args.window);
  const where = dimensionFilter(args.where);
  const grouping = askedGrouping(metric, args.dimensions ?? [], where);
  if (stream === undefined) return null;
  const { event, cursor } = stream;
  const data = event.data as MetricData;
  const isOther = event.workspaceid !== principal.workspaceId || data.metric !== metric.name;
  if (isOther || (args.window ?? data.window) !== data.window) return null;
  const points = data.points.filter(({ dimensions }) => concerns(dimensions, grouping, where));
  if (points.length === 0) return null;
  return {
    cursor,
    name: metric.name,
    window: data.window as MetricWindow,
    series: seriesOf(metric, grouping, points),
  };
}

function concerns(
  dimensions: MetricPointData['dimensions'],
  grouping: readonly string[],
  where: DimensionFilter,
): boolean {
  return (
    Object.keys(dimensions).length === grouping.length &&
    grouping.every((name) => name in dimensions && (where[name]?.includes(dimensions[name] ?? null) ?? true))
  );
}

function seriesOf(metric: Metric, grouping: readonly string[], points: readonly MetricPointData[]): Series[] {
  const groups = new Map<string, MetricPointData[]>();
  for (const point of points) {
    const key = JSON.stringify(grouping.map((name) => point.dimensions[name]));
    groups.set(key, [...(groups.get(key) ?? []), point]);
  }
  return [...groups].map(([key, group]) => ({
    metric,
    grouping,
    group: JSON.parse(key) as DimensionValue[],
    windows: group.map(({ start, end, rows, values }) => ({
      window: '',
      grouping,
      group: [],
      startMs: Date.parse(start),
      endMs: Date.parse(end),
      rows,
      values,
    })),
  }));
}
