import { writeOutbox } from '@tributary/engines/outbox/relational';
import type { Steering } from '@tributary/engines/stream-engine';
import { pipelineEvent } from '../adapters/pipeline-events.ts';
import type { Context } from '../context.ts';
import { requireOperator } from './operators.ts';
import { type MetricPipeline, noPipeline, withMetric } from './read-pipelines.ts';

/** Stops, starts or recomputes a pipeline; what is so already is no change, and told to nobody. @throws CodedError FORBIDDEN, NOT_FOUND */
export async function steerPipeline(
  context: Context,
  name: string,
  steering: Steering,
): Promise<MetricPipeline> {
  const { core, principal } = context;
  const { clock, streamEngine } = core;
  await requireOperator(context);
  if (!core.metrics.has(name)) throw noPipeline();
  const status = await streamEngine.steer(name, steering, (tx) =>
    writeOutbox(tx, [pipelineEvent({ name, steering }, { principal, clock })]),
  );
  return withMetric(core, status);
}
