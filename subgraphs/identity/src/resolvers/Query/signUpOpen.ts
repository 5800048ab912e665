import type { QueryResolvers } from '../../generated/schema.ts';

export const signUpOpen: NonNullable<QueryResolvers['signUpOpen']> = (_parent, _args, { core }) =>
  core.settings.signUpOpen;
