import type { Relational, Sql } from '@tributary/engines/relational';
import { type Clock, CodedError, type Logger } from '@tributary/runtime';
import { cronTime, type MissedPolicy, ticksToRun } from './cron.ts';
import { enqueueRuns } from './enqueue.ts';
import type { EnqueueRequest, RunPrincipal } from './run.ts';
import { dueSchedulesSql, moveScheduleSql } from './sql/schedules.ts';

/** What a schedule enqueues, apart from who and where. */
export type StoredRequest = Omit<
  EnqueueRequest,
  'workspaceId' | 'job' | 'principal' | 'origin' | 'id' | 'dependsOn'
>;

interface DueSchedule {
  readonly workspaceId: string;
  readonly id: string;
  readonly job: string;
  readonly cron: string;
  readonly timeZone: string;
  readonly missed: MissedPolicy;
  readonly request: StoredRequest;
  readonly principal: RunPrincipal;
  readonly nextAtMs: number;
  readonly nowMs: number;
}

const batch = 50;

/**
 * Enqueues what schedules have become due; answers how many runs. The schedule's row is locked and moved on in the transaction of
 * the enqueue, and each tick has a unique key besides: one run a tick, however many processes tick and whenever they die.
 */
export async function tickSchedules(parts: {
  readonly relational: Relational;
  readonly clock: Clock;
  readonly log: Logger;
}): Promise<number> {
  const { relational, clock, log } = parts;
  return relational.transaction(async (tx) => {
    const { rows } = await tx.query<DueSchedule>(dueSchedulesSql, [batch], 'jobs_due_schedules');
    let enqueued = 0;
    for (const schedule of rows) enqueued += await tick(tx, schedule, { clock, log });
    return enqueued;
  });
}

async function tick(
  tx: Sql,
  schedule: DueSchedule,
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
): Promise<number> {
  const { workspaceId, id, job, request, principal, nextAtMs: fromMs, nowMs } = schedule;
  const time = cronTime(schedule.cron, schedule.timeZone);
  const ticks = await ticksToRun(time, schedule.missed, { fromMs, nowMs });
  const requests = ticks.map((tickMs) => ({
    ...request,
    workspaceId,
    job,
    principal,
    origin: `schedule:${id}`,
    unique: { key: `schedule:${id}:${new Date(tickMs).toISOString()}`, periodMs: uniqueForMs },
  }));
  try {
    await enqueueRuns(tx, requests, { clock });
  } catch (err) {
    // Draining is the owner's wish; these ticks pass. Anything else fails the transaction, which another process tries again.
    if (!(err instanceof CodedError) || err.code !== 'QUEUE_DRAINING') throw err;
    log.info({ workspaceId, reason: 'its queue is draining' }, 'a schedule enqueued nothing');
    return move(tx, schedule, { nextMs: time.next(nowMs), lastMs: undefined, enqueued: 0 });
  }
  return move(tx, schedule, { nextMs: time.next(nowMs), lastMs: ticks.at(-1), enqueued: ticks.length });
}

/** Longer than any tick can be caught up with. */
const uniqueForMs = 7 * 86_400_000;

async function move(
  tx: Sql,
  { workspaceId, id }: DueSchedule,
  to: { readonly nextMs: number | undefined; readonly lastMs: number | undefined; readonly enqueued: number },
): Promise<number> {
  await tx.query(moveScheduleSql, [workspaceId, id, to.nextMs ?? null, to.lastMs ?? null]);
  return to.enqueued;
}
