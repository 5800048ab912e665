import type { JobResolvers } from '../generated/schema.ts';
import type { JobRecord } from '../mappers.ts';
import type { ResolvedByReference } from './reference.ts';

export const Job: JobResolvers & ResolvedByReference<JobRecord, 'name'> = {
  __resolveReference: ({ name }, { loaders }) =>
    typeof name === 'string' && name.length <= 100 ? loaders.jobs.load(name) : null,
};
