import { allJobs } from '../../adapters/definition-table.ts';
import type { QueryResolvers } from '../../generated/schema.ts';

export const jobs: NonNullable<QueryResolvers['jobs']> = async (_parent, _args, { core }) => [
  ...(await allJobs(core.relational)),
];
