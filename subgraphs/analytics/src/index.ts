export type { AnalyticsSources } from './core.ts';
export { startEventRemoval } from './event-removal.ts';
export { type AnalyticsDeps, analyticsTypeDefs, buildAnalytics } from './subgraph.ts';
