import type { MutationResolvers } from '../../generated/schema.ts';
import { withdrawInvitation as withdraw } from '../../usecases/end-invitation.ts';

export const withdrawInvitation: NonNullable<MutationResolvers['withdrawInvitation']> = (
  _parent,
  { id },
  context,
) => withdraw(context.core, context, id);
