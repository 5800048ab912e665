import type { MutationResolvers } from '../../generated/schema.ts';
import { deleteHook as remove } from '../../usecases/hooks.ts';

export const deleteHook: NonNullable<MutationResolvers['deleteHook']> = (
  _parent,
  asked,
  { core, principal },
) => remove(core, principal, asked);
