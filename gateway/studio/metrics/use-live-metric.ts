import { type CombinedError, createRequest } from '@urql/core';
import { useEffect, useMemo, useRef, useState } from 'react';
import {
  type MetricOverTimeQuery,
  type MetricWindow,
  metricOverTimeQuery,
  metricUpdatedSubscription,
} from '../generated/operations.ts';
import { useFollowing } from '../graph/use-following.ts';
import { useReloadable } from '../graph/use-reloadable.ts';
import { gathered, hasOthers, laidOver, noSeries, type SeriesState, stateOf } from './metric-series.ts';

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

interface Updates {
  /** Of which request they are. */
  readonly key: number;
  readonly series: SeriesState;
}

/** How far it is comes with an answer alone; so do groups that grew beyond those that were asked for. */
const freshEveryMs = 60_000;
const othersAfterMs = 10_000;

/** A metric's windows as they are now: what is read, and laid over it what the subscription brings, which goes on from its cursor after every cut. */
export function useLiveMetric({ name, window, dimensions }: MetricRequest): LiveMetric {
  const variables = { name, window, dimensions };
  const { key } = createRequest(metricOverTimeQuery, variables);
  const [{ data, error, operation }, reload] = useReloadable({
    query: metricOverTimeQuery,
    variables,
    requestPolicy: 'cache-and-network',
  });
  // While another window is asked for, urql still shows the answer of the one before.
  const metric = operation?.key === key ? (data?.metric ?? undefined) : undefined;
  const served = useMemo(() => metric && stateOf(metric.series), [metric]);
  const [updates, setUpdates] = useState<Updates>({ key, series: noSeries });
  const [count, setCount] = useState(0);
  const asksSoon = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') reload();
    }, freshEveryMs);
    return () => {
      clearInterval(timer);
      clearTimeout(asksSoon.current);
      asksSoon.current = undefined;
    };
  }, [reload]);
  useFollowing(metricUpdatedSubscription, variables, {
    begun: () => {
      setUpdates({ key, series: noSeries });
      reload();
    },
    next: ({ metricUpdated }) => {
      if (metricUpdated === null) return;
      const { series } = metricUpdated;
      setUpdates((present) => ({
        key,
        series: gathered(present.key === key ? present.series : noSeries, series, served ?? noSeries),
      }));
      setCount((present) => present + 1);
      if (served !== undefined && hasOthers(series, served))
        asksSoon.current ??= setTimeout(() => {
          asksSoon.current = undefined;
          reload();
        }, othersAfterMs);
    },
  });
  const state = useMemo(
    () => served && laidOver(served, updates.key === key ? updates.series : noSeries),
    [served, updates, key],
  );
  return { state, freshness: metric?.freshness, error, updates: count };
}
