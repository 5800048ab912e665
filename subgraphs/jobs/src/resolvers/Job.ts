import type { ResolvedByReference } from '@tributary/subgraph-kit';
import type { Context } from '../context.ts';
import type { JobResolvers } from '../generated/schema.ts';
import type { JobRecord } from '../mappers.ts';

export const Job: JobResolvers & ResolvedByReference<JobRecord, Context, 'name'> = {
  __resolveReference: ({ name }, { loaders }) =>
    typeof name === 'string' && name.length <= 100 ? loaders.jobs.load(name) : null,
};
