import type { MutationResolvers } from '../../generated/schema.ts';
import { deleteTrigger as remove } from '../../usecases/triggers.ts';

export const deleteTrigger: NonNullable<MutationResolvers['deleteTrigger']> = (
  _parent,
  asked,
  { core, principal },
) => remove(core, principal, asked);
