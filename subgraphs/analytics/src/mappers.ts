import type { WindowResult } from '@tributary/engines/stream-engine';
import type { ModelRow, VersionRow } from './adapters/model-table.ts';
import type { Metric } from './declarations/read-metric.ts';
import type { ShadowDrift } from './loaders/shadow-drift.ts';
import type { MetricPipeline } from './usecases/read-pipelines.ts';
import type { Series } from './usecases/read-series.ts';

export type { MetricPipeline, ModelRow, VersionRow };

/** A shadow version, and how what it says differs. */
export interface ShadowRecord extends ShadowDrift {
  readonly version: number;
  /** By which output they are compared; null when by none. */
  readonly output: string | null;
}

export type DeclaredMetric = Metric;
export type GroupSeries = Series;

/** A window of a metric, with the metric that names its values. */
export interface WindowPoint extends Pick<WindowResult, 'startMs' | 'endMs' | 'rows' | 'values'> {
  readonly metric: DeclaredMetric;
}

/** The objects that types are resolved from. */
export type Mappers = {
  InferenceModel: ModelRow;
  InferenceModelVersion: VersionRow;
  InferenceShadow: ShadowRecord;
  Metric: DeclaredMetric;
  MetricSeries: GroupSeries;
  MetricPoint: WindowPoint;
  Pipeline: MetricPipeline;
};
