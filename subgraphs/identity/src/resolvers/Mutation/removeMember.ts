import type { MutationResolvers } from '../../generated/schema.ts';
import { removeMember as remove } from '../../usecases/remove-member.ts';

export const removeMember: NonNullable<MutationResolvers['removeMember']> = (_parent, { userId }, context) =>
  remove(context.core, context, userId);
