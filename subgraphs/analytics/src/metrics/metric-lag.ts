import { addAskedGauge, type Registry } from '@tributary/runtime';
import { noWorkspaceId } from '@tributary/subgraph-kit';
import { compileSources } from '../core.ts';
import type { MetricsDeps } from './start-metrics.ts';

/** How far the windows of each declared metric are behind the log; that is the same for all workspaces. */
export function addMetricLag(registry: Registry, { streamEngine, sources }: MetricsDeps): void {
  const pipelines = [...compileSources(sources).metrics.values()].map(({ pipeline }) => pipeline.name);
  addAskedGauge(registry, {
    name: 'tributary_metrics_lag_seconds',
    help: 'How long the oldest event that a metric has not computed yet has been in the log.',
    labelNames: ['metric'],
    ask: () =>
      Promise.all(
        pipelines.map(async (metric) => {
          const { lagMs } = await streamEngine.progress(metric, noWorkspaceId);
          return { labels: { metric }, value: lagMs / 1000 };
        }),
      ),
  });
}
