import type { MutationResolvers } from '../../generated/schema.ts';
import { steerPipeline } from '../../usecases/steer-pipeline.ts';

export const stopPipeline: NonNullable<MutationResolvers['stopPipeline']> = (
  _parent,
  { name, withoutSavepoint },
  context,
) => steerPipeline(context, name, withoutSavepoint ? 'stopWithoutSavepoint' : 'stop');
