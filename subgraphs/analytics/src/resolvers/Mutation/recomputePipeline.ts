import type { MutationResolvers } from '../../generated/schema.ts';
import { steerPipeline } from '../../usecases/steer-pipeline.ts';

export const recomputePipeline: NonNullable<MutationResolvers['recomputePipeline']> = (
  _parent,
  { name },
  context,
) => steerPipeline(context, name, 'recompute');
