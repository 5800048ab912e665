import type { QueryResolvers } from '../../generated/schema.ts';
import { readPipeline } from '../../usecases/read-pipelines.ts';

export const pipeline: NonNullable<QueryResolvers['pipeline']> = (_parent, { name }, context) =>
  readPipeline(context.core, context, name);
