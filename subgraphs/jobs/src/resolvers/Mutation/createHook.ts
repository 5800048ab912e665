import type { MutationResolvers } from '../../generated/schema.ts';
import { createHook as create } from '../../usecases/hooks.ts';

export const createHook: NonNullable<MutationResolvers['createHook']> = (
  _parent,
  { input },
  { core, principal },
) => create(core, principal, input);
