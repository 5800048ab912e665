import { CodedError } from '@tributary/runtime';
import { isGrant, type Principal, refusalOf } from '@tributary/subgraph-kit';
import type { AnalyticsCore } from '../core.ts';
import type { Metric } from '../declarations/read-metric.ts';

export function mayRead(principal: Principal, { read }: Metric): boolean {
  return refusalOf(principal, { to: read.filter(isGrant), scope: 'analytics:read' }) === undefined;
}

/** @throws CodedError NOT_FOUND for a metric there is none of, or that the caller may not read. */
export function visibleMetric({ metrics }: AnalyticsCore, principal: Principal, name: string): Metric {
  const metric = metrics.get(name);
  if (metric === undefined || !mayRead(principal, metric))
    throw new CodedError('NOT_FOUND', 'There is no metric of this name.');
  return metric;
}
