import type { MutationResolvers } from '../../generated/schema.ts';
import { enqueueDag as enqueue } from '../../usecases/enqueue-job.ts';
import { madeRun } from '../made-run.ts';

export const enqueueDag: NonNullable<MutationResolvers['enqueueDag']> = async (_parent, args, context) => {
  const runs = await enqueue(context.core, context.principal, args);
  return Promise.all(runs.map(({ id }) => madeRun(context, id)));
};
