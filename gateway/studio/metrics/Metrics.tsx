import type { ReactNode } from 'react';
import { EmptyState } from '../elements/EmptyState.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { PageHead } from '../elements/PageHead.tsx';
import { Skeleton } from '../elements/Skeleton.tsx';
import { metricsQuery } from '../generated/operations.ts';
import { useReloadable } from '../graph/use-reloadable.ts';
import { MetricCard } from './MetricCard.tsx';
import { MetricTabs } from './MetricTabs.tsx';

/** The metrics of the workspace, each as a chart that moves while one looks. */
export function Metrics(): ReactNode {
  const [{ data, error }, reload] = useReloadable({
    query: metricsQuery,
    requestPolicy: 'cache-and-network',
  });
  const metrics = data?.metrics ?? [];
  return (
    <>
      <PageHead
        title="Metrics"
        lead="Computed from the event stream as declared; the charts move as events come in."
      />
      <MetricTabs />
      {error !== undefined && <FailureNotice error={error} onRetry={reload} />}
      {data === undefined && error === undefined && <Skeleton label="Loading the metrics" />}
      {data !== undefined && metrics.length === 0 && (
        <div className="panel">
          <EmptyState icon="chart" title="No metrics are declared">
            Declare one with <code>@metric</code> on a model or a tracked event: it is computed from then on.
          </EmptyState>
        </div>
      )}
      <div className="metric-cards">
        {metrics.map((metric) => (
          <MetricCard key={metric.name} metric={metric} />
        ))}
      </div>
    </>
  );
}
