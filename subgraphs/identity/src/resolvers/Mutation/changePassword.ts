import type { MutationResolvers } from '../../generated/schema.ts';
import { changePassword as setNewPassword } from '../../usecases/change-password.ts';

export const changePassword: NonNullable<MutationResolvers['changePassword']> = (
  _parent,
  { input },
  context,
) => setNewPassword(context.core, context, input);
