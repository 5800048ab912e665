import type { PipelineStatus, StreamEngine } from '@tributary/engines/stream-engine';
import type { Metric } from '../declarations/read-metric.ts';

/** A metric, and how far and on what its pipeline has come. */
export interface MetricPipeline {
  readonly metric: Metric;
  readonly engine: StreamEngine['engine'];
  readonly status: PipelineStatus;
}
