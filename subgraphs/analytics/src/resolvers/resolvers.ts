import { base64Scalar, dateTimeScalar, jsonScalar, type ResolverMap } from '@tributary/subgraph-kit';
import type { CompiledSources } from '../core.ts';
import type { Resolvers } from '../generated/schema.ts';
import { predictionFields } from '../predictions/prediction-fields.ts';
import { entityFields } from './entity-fields.ts';
import { InferenceModel, InferenceModelVersion } from './InferenceModel.ts';
import { Metric } from './Metric.ts';
import { MetricPoint, MetricSeries } from './MetricSeries.ts';
import { deleteModelVersion } from './Mutation/deleteModelVersion.ts';
import { promoteModelVersion } from './Mutation/promoteModelVersion.ts';
import { recomputePipeline } from './Mutation/recomputePipeline.ts';
import { registerModelVersion } from './Mutation/registerModelVersion.ts';
import { retireModel } from './Mutation/retireModel.ts';
import { rollbackModel } from './Mutation/rollbackModel.ts';
import { setShadowVersion } from './Mutation/setShadowVersion.ts';
import { startPipeline } from './Mutation/startPipeline.ts';
import { stopPipeline } from './Mutation/stopPipeline.ts';
import { track } from './Mutation/track.ts';
import { Pipeline } from './Pipeline.ts';
import { analyticsQuery } from './Query/analyticsQuery.ts';
import { analyticsTables } from './Query/analyticsTables.ts';
import { funnel } from './Query/funnel.ts';
import { inferenceModel } from './Query/inferenceModel.ts';
import { inferenceModels } from './Query/inferenceModels.ts';
import { metric } from './Query/metric.ts';
import { metrics } from './Query/metrics.ts';
import { pipeline } from './Query/pipeline.ts';
import { pipelines } from './Query/pipelines.ts';
import { predict } from './Query/predict.ts';
import { retention } from './Query/retention.ts';
import { topK } from './Query/topK.ts';
import { trackedEvents } from './Query/trackedEvents.ts';
import { metricUpdated } from './Subscription/metricUpdated.ts';

/** The map from the written schema to its resolvers, complete by type. */
const written = {
  Query: {
    analyticsQuery,
    analyticsTables,
    funnel,
    inferenceModel,
    inferenceModels,
    metric,
    metrics,
    pipeline,
    pipelines,
    predict,
    retention,
    topK,
    trackedEvents,
  },
  Mutation: {
    deleteModelVersion,
    promoteModelVersion,
    recomputePipeline,
    registerModelVersion,
    retireModel,
    rollbackModel,
    setShadowVersion,
    startPipeline,
    stopPipeline,
    track,
  },
  InferenceModel,
  InferenceModelVersion,
  Metric,
  MetricSeries,
  MetricPoint,
  Pipeline,
  Base64: base64Scalar,
  DateTime: dateTimeScalar,
  JSON: jsonScalar,
} satisfies Resolvers;

/** All resolvers: those of the written schema, of the subscription, and of what metrics and predictions add to entities. */
export function resolversOf({ metrics: declared, predictions }: CompiledSources): ResolverMap {
  const entities = entityFields(declared);
  // A prediction needs the whole representation, a metric its id alone: where both add to an entity, the former's reference serves both.
  for (const [typeName, fields] of Object.entries(predictionFields(predictions))) {
    entities[typeName] = { ...entities[typeName], ...fields };
  }
  return { ...written, Subscription: { metricUpdated }, ...entities };
}
