import type { MutationResolvers } from '../../generated/schema.ts';
import { changeMemberRole as change } from '../../usecases/change-member-role.ts';

export const changeMemberRole: NonNullable<MutationResolvers['changeMemberRole']> = (
  _parent,
  { userId, role },
  context,
) => change(context.core, context, { userId, role });
