export { gatewayRows, type ModelRows } from './adapters/gateway-rows.ts';
export { graphFiles } from './adapters/graph-files.ts';
export { type AnalyticsSources, defaultQueryTimeLimitMs } from './core.ts';
export { startEventRemoval } from './event-removal.ts';
export { addMetricLag } from './metrics/metric-lag.ts';
export { startMetrics } from './metrics/start-metrics.ts';
export { type AnalyticsDeps, analyticsTypeDefs, buildAnalytics } from './subgraph.ts';
