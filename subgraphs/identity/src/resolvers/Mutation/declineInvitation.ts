import type { MutationResolvers } from '../../generated/schema.ts';
import { declineInvitation as decline } from '../../usecases/end-invitation.ts';

export const declineInvitation: NonNullable<MutationResolvers['declineInvitation']> = (
  _parent,
  { slug },
  context,
) => decline(context.core, context, slug);
