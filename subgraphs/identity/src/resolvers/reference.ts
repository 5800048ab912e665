import type { Context } from '../context.ts';

/** How the gateway enters an entity by its key. Null for what is absent or not for this principal: the loader decides per row. */
export interface ResolvedByReference<Entity> {
  readonly __resolveReference: (
    reference: { readonly id: string },
    context: Context,
  ) => Promise<Entity | null>;
}
