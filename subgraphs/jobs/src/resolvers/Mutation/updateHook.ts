import type { MutationResolvers } from '../../generated/schema.ts';
import { updateHook as update } from '../../usecases/hooks.ts';

export const updateHook: NonNullable<MutationResolvers['updateHook']> = (
  _parent,
  asked,
  { core, principal },
) => update(core, principal, asked);
