import type { Window } from '@tributary/engines/stream-engine';
import type { MetricResolvers, MetricWindow, MetricWindowKind } from '../generated/schema.ts';

/** A metric as the catalogue shows it. */
export const Metric: MetricResolvers = {
  description: ({ description }) => description ?? null,
  over: ({ over }) => (over.kind === 'EVENT' ? over.eventName : over.typeName),
  dimensions: ({ dimensions }) => [...dimensions],
  groupings: ({ groupings }) => groupings.map((names) => [...names]),
  measures: ({ pipeline }) =>
    pipeline.measures.map((measure) => ({
      name: measure.name,
      function: measure.function,
      field: measure.function === 'count' ? null : measure.field,
    })),
  fields: ({ on, description }) =>
    on.map(({ typeName, field }) => ({ type: typeName, field, description: description ?? null })),
  windows: ({ pipeline }) => pipeline.windows.map(windowKind),
};

function windowKind(window: Window): MetricWindowKind {
  const seconds = (ms: number): number => ms / 1_000;
  return {
    name: window.name as MetricWindow,
    kind: window.kind,
    sizeSeconds: window.kind === 'session' ? null : seconds(window.sizeMs),
    slideSeconds:
      window.kind === 'session' ? null : seconds(window.kind === 'hop' ? window.slideMs : window.sizeMs),
    gapSeconds: window.kind === 'session' ? seconds(window.gapMs) : null,
  };
}
