import type { MutationResolvers } from '../../generated/schema.ts';
import { signOut as endSession } from '../../usecases/sign-out.ts';

export const signOut: NonNullable<MutationResolvers['signOut']> = (_parent, { refreshToken }, context) =>
  endSession(context.core, context, refreshToken ?? null);
