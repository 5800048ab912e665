import type { MutationResolvers } from '../../generated/schema.ts';
import { replayRun as steer } from '../../usecases/steer-run.ts';
import { madeRun } from '../made-run.ts';

export const replayRun: NonNullable<MutationResolvers['replayRun']> = async (_parent, { id }, context) =>
  madeRun(context, await steer(context.core, context.principal, id));
