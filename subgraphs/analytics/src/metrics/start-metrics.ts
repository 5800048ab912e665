import type { StreamEngine } from '@tributary/engines/stream-engine';
import type { Clock } from '@tributary/runtime';
import { type AnalyticsSources, compileSources } from '../core.ts';
import { metricEventSink } from './metric-events.ts';

export interface MetricsDeps {
  readonly streamEngine: StreamEngine;
  readonly sources: AnalyticsSources;
  readonly clock: Clock;
}

/** Computes the declared metrics until disposed. Any number of processes may; one works. @throws CodedError MODEL_INVALID */
export function startMetrics({ streamEngine, sources, clock }: MetricsDeps): Promise<AsyncDisposable> {
  const { metrics } = compileSources(sources);
  return streamEngine.run(
    [...metrics.values()].map(({ pipeline }) => pipeline),
    metricEventSink(clock),
  );
}
