export { graphFiles } from './adapters/graph-files.ts';
export type { AnalyticsSources } from './core.ts';
export { startEventRemoval } from './event-removal.ts';
export { startMetrics } from './metrics/start-metrics.ts';
export { type AnalyticsDeps, analyticsTypeDefs, buildAnalytics } from './subgraph.ts';
