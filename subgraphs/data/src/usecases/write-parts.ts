import type { Clock } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';
import type { ItemStore } from '../items/item-store.ts';
import type { Model, Models } from '../models/model.ts';
import type { ItemReader, ReaderParts } from '../reading/item-reader.ts';

/** What a write needs: who asks, what time it is, where things are. */
export interface WriteParts extends ReaderParts {
  readonly principal: Principal;
  readonly reader: ItemReader;
  readonly clock: Clock;
  /** Aborted when nobody waits for the write any more; a write that has not begun then is not made. */
  readonly signal: AbortSignal | undefined;
}

export function storeOf(
  parts: { readonly stores: ReadonlyMap<string, ItemStore>; readonly models: Models },
  model: Model,
): ItemStore {
  const store = parts.stores.get(model.name);
  if (store === undefined) throw new TypeError(`no store for ${model.name}`);
  return store;
}
