import { createEvent } from '@tributary/engines/event-log/event';
import { writeOutbox } from '@tributary/engines/outbox/relational';
import type { Sql } from '@tributary/engines/relational';
import { type Clock, CodedError } from '@tributary/runtime';
import { requireRoom } from './backlog.ts';
import { requireNoCancel } from './cancel.ts';
import { enqueueRuns, queueDraining } from './enqueue.ts';
import { requireKnownJob } from './known-jobs.ts';
import type { EnqueuedRun, EnqueueRequest, RetryPolicy, RunPrincipal, RunState, RunSummary } from './run.ts';
import { type Actor, stateEvents } from './run-events.ts';
import { type RunAddress, runSummary } from './run-summary.ts';
import {
  drainingSql,
  firstInTheWaySql,
  lockWaitedForSql,
  originalSql,
  redriveSql,
  reopenSql,
  setQueueSql,
  skippedBelowSql,
} from './sql/control.ts';
import { freeChildKeys, type Reopened, retakeKeys, runsWithoutKey } from './unique-keys.ts';

/**
 * Starts a dead letter or a cancelled run anew, with its input, its checkpoint and all its attempts once more, and with the rights of whoever asks.
 * What was skipped because of it waits for it again, of several with one unique key the one that has it; what it had enqueued under unique keys and was cancelled may be enqueued anew.
 * What has not ended that it depends on it waits for.
 * @throws CodedError NOT_FOUND, RUN_LIMIT, QUEUE_DRAINING where its queue, or that of a run that would follow it, takes none, or STATE_CONFLICT for a run in another state, for one that never began because of another, while another run has its unique key, and while a cancel
 * that it belongs to is under way
 */
export async function redriveRun(
  tx: Sql,
  { workspaceId, id }: RunAddress,
  { clock, principal }: { readonly clock: Clock; readonly principal: RunPrincipal },
): Promise<RunSummary> {
  await requireRoom(tx, workspaceId);
  await tx.query(lockWaitedForSql, [workspaceId, id]);
  await requireOpenWay(tx, { workspaceId, id });
  const { rows } = await tx.query<RunSummary>(redriveSql, [workspaceId, id, JSON.stringify(principal)]);
  const [run] = rows;
  if (run === undefined) {
    const { state } = await runSummary(tx, { workspaceId, id });
    throw new CodedError(
      'STATE_CONFLICT',
      `Only failed and cancelled runs are driven again; this one is ${state}.`,
      {
        details: { state },
      },
    );
  }
  await requireKnownJob(tx, run.job);
  await requireNoCancel(tx, { workspaceId, id });
  const reopened = await reopenable(tx, { workspaceId, id });
  // Before they are opened: a key that one of them has is free to all of them.
  await retakeKeys(tx, reopened);
  const { rows: waiting } = await tx.query<RunSummary>(reopenSql, [workspaceId, reopened.behind]);
  await requireOpenQueues(tx, workspaceId, [run, ...waiting]);
  await freeChildKeys(tx, workspaceId, id);
  await writeOutbox(tx, stateEvents([run, ...waiting], { clock, actor: principal }));
  return run;
}

/** What has ended comes anew into its queue, as what is enqueued does. @throws CodedError QUEUE_DRAINING */
async function requireOpenQueues(tx: Sql, workspaceId: string, runs: readonly RunSummary[]): Promise<void> {
  const queues = [...new Set(runs.map(({ queue }) => queue))];
  const { rows } = await tx.query<{ name: string }>(drainingSql, [workspaceId, queues]);
  const [first] = rows;
  if (first !== undefined) throw queueDraining(first.name);
}

/** A step that never began stands on others: without them it would do its work on nothing. @throws CodedError STATE_CONFLICT */
async function requireOpenWay(tx: Sql, { workspaceId, id }: RunAddress): Promise<void> {
  type Row = { readonly id: string; readonly state: RunState };
  const { rows } = await tx.query<Row>(firstInTheWaySql, [workspaceId, id]);
  const [first] = rows;
  if (first === undefined) return;
  const canBeRetried = first.state === 'FAILED' || first.state === 'CANCELLED';
  const what = canBeRetried ? 'retry that one, and this one follows it' : 'it can no longer come to its turn';
  throw new CodedError(
    'STATE_CONFLICT',
    `The run waits for run ${first.id}, which is ${first.state}: ${what}. To run it without that one, replay it.`,
    { details: { state: first.state, runId: first.id } },
  );
}

/** What waits for the run again: never two runs with one unique key, nor what waited for nothing but one that stays as it is. */
async function reopenable(tx: Sql, { workspaceId, id }: RunAddress): Promise<Reopened> {
  const left: string[] = [];
  for (;;) {
    const { rows } = await tx.query<{ id: string }>(skippedBelowSql, [workspaceId, id, left]);
    const reopened = { workspaceId, id, behind: rows.map((row) => row.id) };
    const without = await runsWithoutKey(tx, reopened);
    if (without.length === 0) return reopened;
    left.push(...without);
  }
}

/** A new run with the original input of another, for whoever asks. @throws CodedError NOT_FOUND, QUEUE_DRAINING, RUN_LIMIT */
export async function replayRun(
  tx: Sql,
  { workspaceId, id }: RunAddress,
  { clock, principal }: { readonly clock: Clock; readonly principal: RunPrincipal },
): Promise<EnqueuedRun> {
  await requireRoom(tx, workspaceId);
  const { rows } = await tx.query<
    Pick<EnqueueRequest, 'job' | 'queue' | 'priority' | 'key' | 'input' | 'timeLimitMs'> & RetryPolicy
  >(originalSql, [workspaceId, id]);
  const [original] = rows;
  if (original === undefined) throw new CodedError('NOT_FOUND', 'There is no such run.');
  await requireKnownJob(tx, original.job);
  const { maxAttempts, backoffMs, backoffMaxMs, ...rest } = original;
  const retry = { maxAttempts, backoffMs, backoffMaxMs };
  const request = { ...rest, workspaceId, principal, origin: 'api', retry, replayOf: id };
  const [run] = await enqueueRuns(tx, [request], { clock });
  if (run === undefined) throw new CodedError('INTERNAL', 'The run was not made.');
  return run;
}

/** DRAINING: takes no runs, new, replayed or driven again, and works off those it has with all the attempts they have left. */
export type QueueState = 'RUNNING' | 'PAUSED' | 'DRAINING';

export interface QueueSettings {
  readonly name: string;
  /** Grows by one with each change; 0 for a queue that nobody has changed. */
  readonly version: number;
  readonly state: QueueState;
  /** Runs at a time, in all and per key. */
  readonly concurrency: number | null;
  readonly keyConcurrency: number | null;
  /** Starts in any span of `ratePeriodMs`, in all and per key. */
  readonly rateLimit: number | null;
  readonly keyRateLimit: number | null;
  readonly ratePeriodMs: number;
}

/** What to change; absent stays as it is, a limit of 0 goes away. */
export type QueueChange = { readonly name: string } & {
  readonly [Setting in keyof Omit<QueueSettings, 'name' | 'version'>]?: QueueSettings[Setting];
};

export interface ChangingQueue {
  readonly workspaceId: string;
  readonly change: QueueChange;
  /** Null for whichever it is at. */
  readonly expectedVersion?: number | null;
}

/**
 * Changes a queue, from the commit on. Runs that wait in it are moved to fit within seconds. Undefined, and nothing is changed, when it is at another version than was
 * expected.
 */
export async function changeQueue(
  tx: Sql,
  { workspaceId, change, expectedVersion = null }: ChangingQueue,
  { clock, actor }: { readonly clock: Clock; readonly actor: Actor },
): Promise<QueueSettings | undefined> {
  const { name, state, concurrency, keyConcurrency, rateLimit, keyRateLimit, ratePeriodMs } = change;
  const limits = [concurrency, keyConcurrency, rateLimit, keyRateLimit, ratePeriodMs];
  const values = [workspaceId, name, state, ...limits, expectedVersion].map((value) => value ?? null);
  const { rows } = await tx.query<QueueSettings>(setQueueSql, values);
  const [settings] = rows;
  if (settings === undefined) return undefined;
  const { version: _, ...told } = settings;
  const event = createEvent({
    type: 'jobs.queue.changed',
    source: '/subgraphs/jobs',
    subject: `Queue/${name}`,
    workspaceId,
    actor: { kind: actor.kind, id: actor.id },
    data: told,
    clock,
  });
  await writeOutbox(tx, [{ topic: 'jobs.queue', event }]);
  return settings;
}
