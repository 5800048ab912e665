import { createHash } from 'node:crypto';
import { type EnqueuedRun, type EnqueueRequest, enqueueBelow, requireRoom } from '@tributary/job-queue';
import { CodedError, newId } from '@tributary/runtime';
import { type Principal, refuseUnstorableText } from '@tributary/subgraph-kit';
import { type JobRecord, jobsByNames } from '../adapters/definition-table.ts';
import type { JobsCore } from '../core.ts';
import { checkDag } from '../domain/dag-order.ts';
import type { DagStepInput, EnqueueJobInput } from '../generated/schema.ts';
import { runRequest, timely } from './run-request.ts';

const mostSteps = 100;
/** As long as an Idempotency-Key of the REST routes. */
const graphKeptMs = 86_400_000;

/** Enqueues one run. @throws CodedError BAD_USER_INPUT, NOT_FOUND, QUEUE_DRAINING, RUN_LIMIT, PAYLOAD_TOO_LARGE */
export async function enqueueJob(
  core: JobsCore,
  principal: Principal,
  input: EnqueueJobInput,
): Promise<EnqueuedRun> {
  const jobs = await jobsByNames(core.relational, [input.job]);
  const request = runRequest(input, jobNamed(jobs, input.job), principal);
  const [run] = await enqueueAll(core, principal, [timely(request, core.clock.now())]);
  if (run === undefined) throw new CodedError('INTERNAL', 'The run was not made.');
  return run;
}

export interface AskedDag {
  readonly steps: readonly DagStepInput[];
  readonly uniqueKey?: string | null | undefined;
}

/**
 * Enqueues a graph of runs, all or none. With a key, the same steps with the same key are answered the same runs for a day: an answer that was lost can
 * be asked for again.
 * @throws CodedError as above
 */
export async function enqueueDag(
  core: JobsCore,
  principal: Principal,
  { steps, uniqueKey = null }: AskedDag,
): Promise<readonly EnqueuedRun[]> {
  if (steps.length === 0 || steps.length > mostSteps)
    throw new CodedError('BAD_USER_INPUT', `A graph has 1 to ${mostSteps} steps.`, {
      details: { argument: 'steps' },
    });
  refuseUnstorableText({ steps, uniqueKey });
  if (uniqueKey !== null && (uniqueKey.length < 1 || uniqueKey.length > 200))
    throw new CodedError('BAD_USER_INPUT', 'uniqueKey has 1 to 200 characters.', {
      details: { argument: 'uniqueKey' },
    });
  checkDag(steps);
  const jobs = await jobsByNames(core.relational, [...new Set(steps.map(({ job }) => job.job))]);
  const ids = new Map(steps.map(({ name }) => [name, newId()]));
  const graphKey =
    uniqueKey === null
      ? undefined
      : `graph:${createHash('sha256')
          .update(JSON.stringify([uniqueKey, steps]))
          .digest('hex')}`;
  const requests = steps.map(({ name, job, dependsOn }, at) => {
    // A unique key might answer a run that is no part of this graph, and the others would wait for nothing.
    if (job.uniqueKey !== null && job.uniqueKey !== undefined)
      throw new CodedError('BAD_USER_INPUT', `Step ${name} cannot have a uniqueKey.`, {
        details: { argument: 'steps' },
      });
    const needs = (dependsOn ?? []).map(({ step, condition = 'SUCCESS' as const }) => ({
      runId: ids.get(step) ?? '',
      condition,
    }));
    const request = timely(runRequest(job, jobNamed(jobs, job.job), principal), core.clock.now());
    return {
      ...request,
      id: ids.get(name) ?? newId(),
      dependsOn: [...(request.dependsOn ?? []), ...needs],
      ...(graphKey !== undefined && { unique: { key: `${graphKey}:${at}`, periodMs: graphKeptMs } }),
    };
  });
  return enqueueAll(core, principal, requests);
}

async function enqueueAll(
  { relational, clock, together, wake }: JobsCore,
  { workspaceId, runId }: Principal,
  requests: readonly EnqueueRequest[],
): Promise<readonly EnqueuedRun[]> {
  await requireRoom(relational, workspaceId);
  // What a run enqueues through the graph is below it, like what it enqueues through its runner: bounded, and cancelled with it.
  const runs =
    runId === undefined
      ? await together.enqueue(requests)
      : await relational.transaction((tx) =>
          enqueueBelow(tx, { workspaceId, id: runId }, { requests, clock }),
        );
  wake.ring();
  return runs;
}

export function jobNamed(jobs: ReadonlyMap<string, JobRecord>, name: string): JobRecord {
  const job = jobs.get(name);
  if (job === undefined)
    throw new CodedError('NOT_FOUND', `There is no job ${name.slice(0, 100)} here.`, {
      details: { argument: 'job' },
    });
  return job;
}
