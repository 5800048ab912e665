import type { MutationResolvers } from '../../generated/schema.ts';
import { addMember as add } from '../../usecases/add-member.ts';

export const addMember: NonNullable<MutationResolvers['addMember']> = (_parent, { input }, context) =>
  add(context.core, context, input);
