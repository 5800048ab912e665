import {
  byReference,
  connectionOf,
  listCursor,
  listPlace,
  pageSize,
  type ResolvedByReference,
} from '@tributary/subgraph-kit';
import { runLogPage } from '../adapters/run-log-table.ts';
import type { Context } from '../context.ts';
import type { RunResolvers } from '../generated/schema.ts';
import type { RunRecord } from '../mappers.ts';
import { runsPage } from './run-pages.ts';

const isSeqPlace = (values: readonly unknown[]): values is readonly [seq: number] =>
  values.length === 1 && Number.isInteger(values[0]) && Math.abs(Number(values[0])) < 2 ** 31;

export const Run: RunResolvers & ResolvedByReference<RunRecord, Context> = {
  __resolveReference: (reference, { loaders }) => byReference(loaders.runs, reference),
  job: ({ jobName }, _args, { loaders }) => loaders.jobs.load(jobName),
  input: async ({ id }, _args, { loaders }) => (await loaders.payloads.load(id))?.input ?? null,
  output: async ({ id }, _args, { loaders }) => (await loaders.payloads.load(id))?.output ?? null,
  error: async ({ errorCode, errorMessage, state, jobName }, _args, { loaders }) => {
    if (errorCode !== null) return { code: errorCode, message: errorMessage ?? '' };
    if (state !== 'QUEUED' || (await loaders.jobs.load(jobName)) !== null) return null;
    const message = `There is no job ${jobName} here any more; the run waits a day for a runner that has it, and fails then.`;
    return { code: 'NOT_FOUND', message };
  },
  progress: ({ progressDone: done, progressTotal: total, progressMessage: message }) => ({
    done,
    total,
    message,
  }),
  startedBy: ({ principal: { kind, id } }) => ({ kind, id, user: kind === 'user' ? { id } : null }),
  parent: ({ parentId }, _args, { loaders }) => (parentId === null ? null : loaders.runs.load(parentId)),
  replayOf: ({ replayOfId }, _args, { loaders }) =>
    replayOfId === null ? null : loaders.runs.load(replayOfId),
  children: ({ id }, { first, after }, context) =>
    runsPage(context, { where: { parentId: { eq: id } }, direction: 'ASC', first, after }),
  graph: async ({ id }, _args, { loaders }) => {
    const { runs, links, truncated } = await loaders.graphs.of(id);
    for (const run of runs) loaders.runs.prime(run.id, run);
    return { runs: [...runs], links: [...links], truncated };
  },
  dependencies: async ({ id }, _args, { loaders }) => {
    const needs = await loaders.dependencies.load(id);
    const runs = await Promise.all(needs.map(({ runId }) => loaders.runs.load(runId)));
    // What was forgotten since is left out: it no longer decides anything.
    return needs.flatMap(({ condition }, index) => {
      const run = runs[index];
      return run === null || run === undefined ? [] : [{ condition, run }];
    });
  },
  logs: async ({ id: runId }, { first, after, newestFirst }, { core, principal: { workspaceId } }) => {
    const size = pageSize(first);
    const list = `RunLog ${runId}${newestFirst ? ' newest first' : ''}`;
    const place = listPlace(list, after, isSeqPlace);
    const rows = await runLogPage(core.relational, {
      workspaceId,
      runId,
      afterSeq: place?.[0],
      newestFirst,
      size,
    });
    return connectionOf(rows, size, {
      cursorOf: ({ seq }) => listCursor(list, seq),
      hasPrevious: place !== undefined,
    });
  },
};
