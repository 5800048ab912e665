import type { MutationResolvers } from '../../generated/schema.ts';
import { updateTrigger as update } from '../../usecases/triggers.ts';

export const updateTrigger: NonNullable<MutationResolvers['updateTrigger']> = (
  _parent,
  asked,
  { core, principal },
) => update(core, principal, asked);
