import { randomUUID } from 'node:crypto';
import type { OutgoingEvent } from '@tributary/engines/outbox';
import { checkEvents } from '@tributary/engines/outbox/checked-events';
import { relationalOutbox } from '@tributary/engines/outbox/relational';
import {
  type ClaimedRun,
  changeQueue,
  createJobQueue,
  defaultRetry,
  type EnqueueRequest,
  type QueueChange,
  type RunState,
} from '@tributary/job-queue';
import { applyMigrations } from '@tributary/prisma';
import { createLogger, newId, systemClock } from '@tributary/runtime';
import { giveRights, migratedDatabase } from '@tributary/test-kit';

export const principal = { kind: 'user', id: newId(), role: 'OWNER', scopes: null };

/** A queue on a database of its own, with jobs of any name known to its one claimer. */
export async function openQueue(options: { readonly random?: () => number } = {}) {
  const relational = await migratedDatabase(applyMigrations);
  const outbox = await relationalOutbox(relational);
  const log = createLogger({ name: 'test', level: 'silent' });
  const clock = systemClock;
  const queue = createJobQueue({ relational, clock, log, random: options.random ?? (() => 0) });
  const workspaceId = randomUUID();
  await giveRights(relational, { ...principal, workspaceId });
  const request = (changed: Partial<EnqueueRequest> = {}): EnqueueRequest => ({
    id: newId(),
    workspaceId,
    job: 'work',
    queue: 'default',
    principal,
    origin: 'api',
    input: {},
    retry: defaultRetry,
    timeLimitMs: 60_000,
    ...changed,
  });
  return {
    relational,
    queue,
    clock,
    workspaceId,
    request,
    enqueue: async (changed: Partial<EnqueueRequest> = {}): Promise<string> => {
      const [run] = await queue.enqueueNow([request(changed)]);
      return run?.id ?? '';
    },
    claim: (limit = 10): Promise<readonly ClaimedRun[]> =>
      queue.claim({ jobs: ['work', 'other'], limit, leaseMs: 30_000, runner: 'test' }),
    state: async (id: string): Promise<RunState | undefined> => {
      const { rows } = await relational.query<{ state: RunState }>(
        'SELECT state FROM jobs.run WHERE id = $1',
        [id],
      );
      return rows[0]?.state;
    },
    /** Moves a run's lease, and what it began, into the past: as if this long had gone by. */
    letPass: (id: string, ms: number) =>
      relational.query(
        `UPDATE jobs.run SET lease_until = lease_until - $2 * interval '1 ms', started_at = started_at - $2 * interval '1 ms',
           run_at = run_at - $2 * interval '1 ms' WHERE id = $1`,
        [id, ms],
      ),
    /** Those that statements made fit their schema as those that code made: @throws CodedError EVENT_INVALID */
    takeEvents: async (): Promise<readonly OutgoingEvent[]> => {
      const pending = await outbox.pending(100_000);
      checkEvents(pending);
      await outbox.forget(pending);
      return pending;
    },
    [Symbol.asyncDispose]: async () => {
      await queue[Symbol.asyncDispose]();
      await relational[Symbol.asyncDispose]();
    },
  };
}

export type OpenQueue = Awaited<ReturnType<typeof openQueue>>;

/** Changes a queue, in a transaction of its own. */
export const changed = (
  jobs: OpenQueue,
  change: QueueChange,
  workspaceId: string = jobs.workspaceId,
): Promise<unknown> =>
  jobs.relational.transaction((tx) =>
    changeQueue(tx, { workspaceId, change }, { clock: jobs.clock, actor: principal }),
  );
