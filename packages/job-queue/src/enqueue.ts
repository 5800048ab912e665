import { writeOutbox } from '@tributary/engines/outbox/relational';
import type { Sql } from '@tributary/engines/relational';
import { type Clock, CodedError, newId } from '@tributary/runtime';
import { boundedJson } from './bounded-json.ts';
import { addDependencies } from './dependents.ts';
import { queueLimits } from './limits.ts';
import type { EnqueuedRun, EnqueueRequest, RunSummary } from './run.ts';
import { eventFrame, stateEvents } from './run-events.ts';
import { enqueueSql } from './sql/enqueue.ts';
import { keyHolders, takeKeys } from './unique-keys.ts';

/** The place of a run below the one that enqueues it. */
export interface Parent {
  readonly id: string;
  readonly depth: number;
  readonly triggerDepth: number;
}

/** A request that was handed over to whoever writes it: `attributes` are those of the event frame where it was made. */
export type HandedRequest = EnqueueRequest & { readonly attributes?: string };

type Identified = HandedRequest & { readonly id: string };

/**
 * Enqueues runs inside the caller's transaction: with it they are there, or not at all. Answers in the order of the requests; where a
 * unique key is held, the run that holds it.
 * @throws CodedError BAD_USER_INPUT, PAYLOAD_TOO_LARGE, NOT_FOUND for a dependency that does not exist, QUEUE_DRAINING
 */
export async function enqueueRuns(
  tx: Sql,
  requests: readonly HandedRequest[],
  { clock, parent }: { readonly clock: Clock; readonly parent?: Parent },
): Promise<readonly EnqueuedRun[]> {
  if (requests.length === 0) return [];
  if (requests.length > queueLimits.batch)
    throw new CodedError('BAD_USER_INPUT', `At most ${queueLimits.batch} runs are enqueued at once.`);
  const asked = requests.map((request): Identified => ({ ...request, id: request.id ?? newId() }));
  const won = await takeKeys(tx, asked, parent?.id);
  const fresh = asked.filter(({ id, unique }) => unique === undefined || won.has(id));
  const byId = await writeRuns(tx, fresh, { clock, parent });
  const holders = await keyHolders(
    tx,
    asked.filter(({ id }) => !byId.has(id)),
  );
  return asked.map(({ id }) => {
    const made = byId.get(id);
    if (made !== undefined) return { ...made, isNew: true };
    const holder = holders.get(id);
    if (holder === undefined)
      throw new CodedError('OVERLOADED', 'The run with this unique key has just ended.');
    return { ...holder, isNew: false };
  });
}

/** Whether a statement can do it all: such requests need no transaction of their own. */
export function isOneStatement(requests: readonly EnqueueRequest[]): boolean {
  return requests.every(({ unique, dependsOn = [] }) => unique === undefined && dependsOn.length === 0);
}

/** Writes runs with their events; answers them as they are then. @throws CodedError QUEUE_DRAINING */
async function writeRuns(
  tx: Sql,
  fresh: readonly Identified[],
  { clock, parent }: { readonly clock: Clock; readonly parent: Parent | undefined },
): Promise<ReadonlyMap<string, RunSummary>> {
  if (fresh.length === 0) return new Map();
  const dependedOn = new Set(fresh.flatMap(({ dependsOn = [] }) => dependsOn.map(({ runId }) => runId)));
  const rows = fresh.map((request, n) =>
    rowOf(request, { n, parent, hasDependents: dependedOn.has(request.id) }),
  );
  // What waits may be let go, or skipped, by what has finished already: what becomes of it is told afterwards.
  const waits = fresh.some(({ dependsOn = [] }) => dependsOn.length > 0);
  const values = [`[${rows.join(',')}]`, !waits, ...eventFrame(clock)];
  const { rows: written } = await tx.query<EnqueueRow>(enqueueSql, values, 'jobs_enqueue');
  const draining = written[0]?.draining ?? null;
  if (draining !== null) throw queueDraining(draining);
  const runs = written.flatMap(({ draining: _, ...run }) => (run.id === null ? [] : [run]));
  if (!waits) return new Map(runs.map((run) => [run.id, run]));
  const settled = await addDependencies(tx, fresh);
  const byId = new Map(runs.map((run) => [run.id, settled.get(run.id) ?? run]));
  await writeOutbox(tx, stateEvents([...byId.values()], { clock }));
  return byId;
}

export function queueDraining(queue: string): CodedError {
  return new CodedError('QUEUE_DRAINING', `Queue ${queue} is draining: it takes no runs, also none again.`, {
    details: { queue },
  });
}

/** The row that names a draining queue has no run. */
type EnqueueRow = { readonly draining: string | null } & (RunSummary | { readonly id: null });

function rowOf(
  request: Identified,
  {
    n,
    parent,
    hasDependents,
  }: { readonly n: number; readonly parent: Parent | undefined; readonly hasDependents: boolean },
): string {
  const { unique, dependsOn = [], retry, input, id: own, ...rest } = request;
  const { timeLimitMs } = queueLimits;
  const row = {
    ...rest,
    ...retry,
    id: own,
    n,
    eventId: newId(),
    timeLimitMs: Math.min(timeLimitMs, Math.max(1, Math.floor(request.timeLimitMs))),
    maxAttempts: Math.min(queueLimits.maxAttempts, Math.max(1, retry.maxAttempts)),
    priority: request.priority ?? 0,
    delayMs: request.delayMs ?? 0,
    runAtMs: request.runAtMs ?? null,
    key: request.key ?? '',
    // A key with a period is its time's: when that is over, nobody has it again but a new run.
    uniqueKey: unique?.periodMs === undefined ? (unique?.key ?? null) : null,
    waits: dependsOn.length > 0,
    hasDependents,
    parentId: parent?.id ?? null,
    depth: parent === undefined ? 0 : parent.depth + 1,
    replayOf: request.replayOf ?? null,
    triggerDepth: parent?.triggerDepth ?? request.triggerDepth ?? 0,
  };
  const text = JSON.stringify(row);
  return `${text.slice(0, -1)},"input":${boundedJson('The input of a run', input, queueLimits.inputBytes)}}`;
}
