import type { MutationResolvers } from '../../generated/schema.ts';
import { enqueueJob as enqueue } from '../../usecases/enqueue-job.ts';
import { madeRun } from '../made-run.ts';

export const enqueueJob: NonNullable<MutationResolvers['enqueueJob']> = async (
  _parent,
  { input },
  context,
) => {
  const { id, isNew } = await enqueue(context.core, context.principal, input);
  return { run: await madeRun(context, id), isNew };
};
