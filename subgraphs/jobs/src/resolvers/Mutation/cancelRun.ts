import type { MutationResolvers } from '../../generated/schema.ts';
import { cancelRun as steer } from '../../usecases/steer-run.ts';
import { madeRun } from '../made-run.ts';

export const cancelRun: NonNullable<MutationResolvers['cancelRun']> = async (_parent, { id }, context) =>
  madeRun(context, await steer(context.core, context.principal, id));
