import type { MutationResolvers } from '../../generated/schema.ts';
import { signUp as makeAccount } from '../../usecases/sign-up.ts';

export const signUp: NonNullable<MutationResolvers['signUp']> = (_parent, { input }, context) =>
  makeAccount(context.core, context, input);
