import type { MutationResolvers } from '../../generated/schema.ts';
import { refreshSession as exchange } from '../../usecases/refresh-session.ts';

export const refreshSession: NonNullable<MutationResolvers['refreshSession']> = (
  _parent,
  { refreshToken },
  context,
) => exchange(context.core, refreshToken);
