import type { MutationResolvers } from '../../generated/schema.ts';
import { retryRun as steer } from '../../usecases/steer-run.ts';
import { madeRun } from '../made-run.ts';

export const retryRun: NonNullable<MutationResolvers['retryRun']> = async (_parent, { id }, context) =>
  madeRun(context, await steer(context.core, context.principal, id));
