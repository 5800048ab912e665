import type { MutationResolvers } from '../../generated/schema.ts';
import { signIn as startSession } from '../../usecases/sign-in.ts';

export const signIn: NonNullable<MutationResolvers['signIn']> = (_parent, { input }, context) =>
  startSession(context.core, context, input);
