import type { CallContext } from '@tributary/subgraph-kit';
import type { SavedOperation } from './domain/saved-operation.ts';
import type { UsageReader } from './usecases/read-usage.ts';

export interface Context extends CallContext {
  readonly operations: readonly SavedOperation[];
  readonly usage: UsageReader;
}
