import type { CombinedError } from '@urql/core';
import { useEffect, useState } from 'react';
import { useClient, useQuery } from 'urql';
import {
  type MetricOverTimeQuery,
  type MetricWindow,
  metricOverTimeQuery,
  metricUpdatedSubscription,
} from '../generated/operations.ts';
import { merged, type SeriesState, stateOf } from './metric-series.ts';

export interface MetricRequest {
  readonly name: string;
  readonly window: MetricWindow;
  readonly dimensions: readonly string[];
}

interface LiveMetric {
  readonly state: SeriesState | undefined;
  readonly freshness: NonNullable<MetricOverTimeQuery['metric']>['freshness'] | undefined;
  readonly error: CombinedError | undefined;
  /** How many updates came in since one looks. */
  readonly updates: number;
}

/** A metric's windows as they are now: read once, then kept by the subscription, which goes on from its cursor after every cut. */
export function useLiveMetric({ name, window, dimensions }: MetricRequest): LiveMetric {
  const client = useClient();
  const variables = { name, window, dimensions };
  const [{ data, error }] = useQuery({
    query: metricOverTimeQuery,
    variables,
    requestPolicy: 'cache-and-network',
  });
  const [live, setLive] = useState<{ readonly state: SeriesState | undefined; readonly updates: number }>({
    state: undefined,
    updates: 0,
  });
  const served = data?.metric?.series;
  useEffect(() => {
    if (served !== undefined) setLive(({ updates }) => ({ state: stateOf(served), updates }));
  }, [served]);
  const grouping = dimensions.join();
  useEffect(() => {
    const by = grouping === '' ? [] : grouping.split(',');
    const following = client
      .subscription(metricUpdatedSubscription, { name, window, dimensions: by })
      .subscribe((result) => {
        const update = result.data?.metricUpdated;
        if (update === undefined || update === null) return;
        setLive(({ state, updates }) => ({
          state: merged(state ?? new Map(), update.series),
          updates: updates + 1,
        }));
      });
    return () => following.unsubscribe();
  }, [client, name, window, grouping]);
  return { ...live, freshness: data?.metric?.freshness, error };
}
