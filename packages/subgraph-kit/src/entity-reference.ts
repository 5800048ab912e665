import { isId } from '@tributary/runtime';
import type DataLoader from 'dataloader';

/** How the gateway enters an entity by its key. Null for what is absent or not for this principal: the loader decides per row. */
export interface ResolvedByReference<Entity, Context, Key extends string = 'id'> {
  readonly __resolveReference: (
    reference: Readonly<Record<Key, unknown>>,
    context: Context,
  ) => Promise<Entity | null> | null;
}

/** Keys come from outside: what is no id names nothing, and must not fail the entities beside it. */
export async function byReference<Entity>(
  loader: DataLoader<string, Entity | null>,
  reference: { readonly id?: unknown },
): Promise<Entity | null> {
  return isId(reference.id) ? loader.load(reference.id) : null;
}
