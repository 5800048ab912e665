import type { CallContext } from '@tributary/subgraph-kit';
import type { ItemReader } from './reading/item-reader.ts';

/** What resolvers of this subgraph get with each call. */
export interface DataContext extends CallContext {
  /** Reads with the rights of the principal, batched over the call. */
  readonly reader: ItemReader;
}
