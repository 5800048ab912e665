import type { QueryResolvers } from '../../generated/schema.ts';

export const job: NonNullable<QueryResolvers['job']> = (_parent, { name }, { loaders }) =>
  loaders.jobs.load(name);
