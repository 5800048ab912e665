import type { PipelineStatus, StreamEngine } from '@tributary/engines/stream-engine';
import { CodedError } from '@tributary/runtime';
import type { AnalyticsCore } from '../core.ts';
import type { Metric } from '../declarations/read-metric.ts';
import { type OperatorParts, requireOperator } from './operators.ts';

/** A metric, and how far and on what its pipeline has come. */
export interface MetricPipeline {
  readonly metric: Metric;
  readonly engine: StreamEngine['engine'];
  readonly status: PipelineStatus;
}

/** All pipelines, by name. @throws CodedError FORBIDDEN */
export async function readPipelines(
  core: AnalyticsCore,
  parts: OperatorParts,
): Promise<readonly MetricPipeline[]> {
  await requireOperator(parts);
  return (await core.streamEngine.pipelines()).map((status) => withMetric(core, status));
}

/** @throws CodedError FORBIDDEN, NOT_FOUND */
export async function readPipeline(
  core: AnalyticsCore,
  parts: OperatorParts,
  name: string,
): Promise<MetricPipeline> {
  const found = (await readPipelines(core, parts)).find(({ status }) => status.name === name);
  if (found === undefined) throw noPipeline();
  return found;
}

export function withMetric(
  { metrics, streamEngine: { engine } }: AnalyticsCore,
  status: PipelineStatus,
): MetricPipeline {
  const metric = metrics.get(status.name);
  if (metric === undefined) throw noPipeline();
  return { metric, engine, status };
}

export function noPipeline(): CodedError {
  return new CodedError('NOT_FOUND', 'There is no pipeline of this name.', { details: { argument: 'name' } });
}
