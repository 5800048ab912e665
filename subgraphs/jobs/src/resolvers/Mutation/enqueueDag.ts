import type { MutationResolvers } from '../../generated/schema.ts';
import { enqueueDag as enqueue } from '../../usecases/enqueue-job.ts';
import { madeRun } from '../made-run.ts';

export const enqueueDag: NonNullable<MutationResolvers['enqueueDag']> = async (
  _parent,
  { steps },
  context,
) => {
  const runs = await enqueue(context.core, context.principal, steps);
  return Promise.all(runs.map(({ id }) => madeRun(context, id)));
};
