import type { CallContext } from '@tributary/subgraph-kit';
import type { AnalyticsCore } from './core.ts';

export interface Context extends CallContext {
  readonly core: AnalyticsCore;
}
