import type { MetricPointResolvers, MetricSeriesResolvers } from '../generated/schema.ts';
import { askedMeasure } from '../usecases/rank-metric.ts';

export const MetricSeries: MetricSeriesResolvers = {
  dimensions: ({ grouping, group }) =>
    Object.fromEntries(grouping.map((name, at) => [name, group[at] ?? null])),
  points: ({ metric, windows }) => windows.map((window) => ({ ...window, metric })),
};

export const MetricPoint: MetricPointResolvers = {
  start: ({ startMs }) => new Date(startMs).toISOString(),
  end: ({ endMs }) => new Date(endMs).toISOString(),
  value: ({ metric, values }, { measure }) => values[askedMeasure(metric, measure)] ?? null,
  values: ({ metric, values }) =>
    metric.pipeline.measures.map(({ name }, at) => ({ measure: name, value: values[at] ?? null })),
  byMeasure: ({ metric, values }) =>
    Object.fromEntries(metric.pipeline.measures.map(({ name }, at) => [name, values[at] ?? null])),
};
