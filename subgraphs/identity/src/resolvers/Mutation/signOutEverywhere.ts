import type { MutationResolvers } from '../../generated/schema.ts';
import { signOutEverywhere as endAllSessions } from '../../usecases/sign-out.ts';

export const signOutEverywhere: NonNullable<MutationResolvers['signOutEverywhere']> = (
  _parent,
  _args,
  context,
) => endAllSessions(context.core, context);
