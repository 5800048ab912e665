import { type ChildRequest, type JobQueue, requireStarter } from '@tributary/job-queue';
import { CodedError } from '@tributary/runtime';
import { graphError } from '@tributary/subgraph-kit';
import { type BatchParts, RunBatch } from './batch/run-batch.ts';
import type { Job } from './define-job.ts';
import type { HeldRun } from './held-runs.ts';
import type { RunGraph } from './run-graph.ts';
import type { ChildRun, GraphRequest, RunPort } from './run-port.ts';

export interface LeasePortParts {
  readonly queue: JobQueue;
  readonly jobs: ReadonlyMap<string, Job>;
  readonly graph: RunGraph;
  readonly describe: RunPort['describe'];
  readonly batch: BatchParts;
}

/**
 * The run's port in the runner's own process: everything it writes names the lease, and everything it asks of others it asks with the rights that
 * whoever it acts for has then. Disposing ends the queries it left open.
 */
export function leasePort(
  { run, signal, acting }: HeldRun,
  parts: LeasePortParts,
): RunPort & AsyncDisposable {
  const { queue, jobs, graph, describe } = parts;
  const { lease } = run;
  const held = async (writing: Promise<boolean>): Promise<void> => {
    if (!(await writing)) throw new CodedError('STATE_CONFLICT', 'The run no longer belongs to this runner.');
  };
  const ask = async (request: GraphRequest): Promise<unknown> => {
    const { data, errors = [] } = await graph(await acting(), request, signal);
    if (errors.length > 0) throw graphError(errors);
    return data;
  };
  const batch = new RunBatch({
    ...parts.batch,
    doors: async (_run, path, call) => parts.batch.doors(await acting(), path, call),
    run,
    signal,
    graph: (query, variables) => ask({ query, variables }),
    progress: (progress) => held(queue.progress(lease, progress)),
  });
  return {
    progress: (progress) => held(queue.progress(lease, progress)),
    checkpoint: (state) => held(queue.checkpoint(lease, state)),
    log: (lines) => held(queue.log(lease, lines)),
    graph: ask,
    describe,
    enqueue: async (children) => {
      requireStarter(await acting());
      const runs = await queue.enqueueChildren(
        lease,
        children.map((child) => childRequest(child, jobs)),
      );
      return runs.map(({ id }) => id);
    },
    exportSql: (request) => batch.exportFile(request),
    openRows: (request) => batch.openRows(request),
    nextRows: (cursor) => batch.nextRows(cursor),
    [Symbol.asyncDispose]: () => batch[Symbol.asyncDispose](),
  };
}

function childRequest(
  { job: name, input, priority, delayMs, uniqueKey }: ChildRun,
  jobs: ReadonlyMap<string, Job>,
): ChildRequest {
  const job = jobs.get(name);
  if (job === undefined) throw new CodedError('NOT_FOUND', `There is no job ${name.slice(0, 100)} here.`);
  const { queue, retry, timeLimitMs } = job;
  return {
    job: name,
    queue,
    retry,
    timeLimitMs,
    input,
    ...(priority === undefined ? {} : { priority }),
    ...(delayMs === undefined ? {} : { delayMs }),
    ...(uniqueKey === undefined ? {} : { unique: { key: uniqueKey } }),
  };
}
