import type { MutationResolvers } from '../../generated/schema.ts';
import { steerPipeline } from '../../usecases/steer-pipeline.ts';

export const startPipeline: NonNullable<MutationResolvers['startPipeline']> = (_parent, { name }, context) =>
  steerPipeline(context, name, 'start');
