import { byReference, type ResolvedByReference } from '@tributary/subgraph-kit';
import type { Context } from '../context.ts';
import type { ScheduleResolvers } from '../generated/schema.ts';
import type { ScheduleRecord } from '../mappers.ts';

export const Schedule: ScheduleResolvers & ResolvedByReference<ScheduleRecord, Context> = {
  __resolveReference: (reference, { loaders }) => byReference(loaders.schedules, reference),
  input: ({ request }) => request.input,
  lastError: ({ errorCode, errorMessage }) =>
    errorCode === null ? null : { code: errorCode, message: errorMessage ?? '' },
  nextTimes: (schedule, { first }, { core, principal: { workspaceId } }) =>
    core.nextTicks.of({ ...schedule, workspaceId }, first),
  lastRun: async ({ id, lastAt }, _args, { loaders }) => {
    const runId = lastAt === null ? null : await loaders.lastRuns.load(id);
    return runId === null ? null : loaders.runs.load(runId);
  },
};
