import type { QueryResolvers } from '../../generated/schema.ts';
import { readPipelines } from '../../usecases/read-pipelines.ts';

export const pipelines: NonNullable<QueryResolvers['pipelines']> = async (_parent, _args, context) => [
  ...(await readPipelines(context.core, context)),
];
