import type { CallContext } from '@tributary/subgraph-kit';
import type { AnalyticsCore } from './core.ts';
import type { EntitySeriesLoader } from './loaders/entity-series.ts';

export interface Context extends CallContext {
  readonly core: AnalyticsCore;
  readonly entitySeries: EntitySeriesLoader;
}
