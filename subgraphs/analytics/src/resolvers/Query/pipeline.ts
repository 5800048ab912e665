import type { QueryResolvers } from '../../generated/schema.ts';
import { readPipeline } from '../../usecases/read-pipelines.ts';

export const pipeline: NonNullable<QueryResolvers['pipeline']> = (_parent, { name }, context) => {
  const { core } = context;
  return readPipeline(core, { ...core, ...context }, name);
};
