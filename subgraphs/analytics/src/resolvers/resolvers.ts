import { dateTimeScalar, jsonScalar, type ResolverMap } from '@tributary/subgraph-kit';
import type { Metrics } from '../declarations/parse-metrics.ts';
import type { Resolvers } from '../generated/schema.ts';
import { entityFields } from './entity-fields.ts';
import { Metric } from './Metric.ts';
import { MetricPoint, MetricSeries } from './MetricSeries.ts';
import { track } from './Mutation/track.ts';
import { funnel } from './Query/funnel.ts';
import { metric } from './Query/metric.ts';
import { metrics } from './Query/metrics.ts';
import { retention } from './Query/retention.ts';
import { topK } from './Query/topK.ts';
import { trackedEvents } from './Query/trackedEvents.ts';
import { metricUpdated } from './Subscription/metricUpdated.ts';

/** The map from the written schema to its resolvers, complete by type. */
const written = {
  Query: { funnel, metric, metrics, retention, topK, trackedEvents },
  Mutation: { track },
  Metric,
  MetricSeries,
  MetricPoint,
  DateTime: dateTimeScalar,
  JSON: jsonScalar,
} satisfies Resolvers;

/** All resolvers: those of the written schema, of the subscription, and of what metrics add to entities. */
export function resolversOf(declared: Metrics): ResolverMap {
  return { ...written, Subscription: { metricUpdated }, ...entityFields(declared) };
}
