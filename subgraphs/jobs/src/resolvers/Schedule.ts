import type { ScheduleResolvers } from '../generated/schema.ts';
import type { ScheduleRecord } from '../mappers.ts';
import { byReference, type ResolvedByReference } from './reference.ts';

export const Schedule: ScheduleResolvers & ResolvedByReference<ScheduleRecord> = {
  __resolveReference: (reference, { loaders }) => byReference(loaders.schedules, reference),
  input: ({ request }) => request.input,
};
