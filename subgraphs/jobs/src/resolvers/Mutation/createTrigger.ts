import type { MutationResolvers } from '../../generated/schema.ts';
import { createTrigger as create } from '../../usecases/triggers.ts';

export const createTrigger: NonNullable<MutationResolvers['createTrigger']> = (
  _parent,
  { input },
  { core, principal },
) => create(core, principal, input);
