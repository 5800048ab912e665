import type { Relational, Sql } from '@tributary/engines/relational';
import { type Clock, CodedError, type Logger, storableText } from '@tributary/runtime';
import { requireRoom } from './backlog.ts';
import { cronTime, type MissedPolicy, ticksToRun } from './cron.ts';
import { enqueueRuns } from './enqueue.ts';
import { requireKnownJob } from './known-jobs.ts';
import { queueLimits } from './limits.ts';
import { starterNow } from './rights.ts';
import type { EnqueueRequest, RunPrincipal } from './run.ts';
import { dueSchedulesSql, lockDueScheduleSql, moveScheduleSql, passTickSql } from './sql/schedules.ts';

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

interface TickParts {
  readonly relational: Relational;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The schedule that was looked at last. */
export interface TickPlace {
  readonly nextAt: string;
  readonly id: string;
}

export const firstTick: TickPlace = { nextAt: '-infinity', id: '00000000-0000-0000-0000-000000000000' };

interface Ticked {
  readonly enqueued: number;
  /** Where the next look goes on. */
  readonly after: TickPlace;
}

/**
 * Enqueues what schedules have become due; answers how many runs. Each schedule has a transaction of its own, in which its row is locked and moved
 * on, and each tick has a unique key besides: one run a tick, however many processes tick and whenever they die. One that cannot be run is passed
 * over, tells why, and keeps nobody else's from theirs. One that cannot tick at this moment stays due, and comes again when all others have had their turn.
 * @throws CodedError ENGINE_UNAVAILABLE
 */
export async function tickSchedules(parts: TickParts, after: TickPlace): Promise<Ticked> {
  const { rows } = await parts.relational.query<Pick<DueSchedule, 'workspaceId' | 'id'> & TickPlace>(
    dueSchedulesSql,
    [batch, after.nextAt, after.id],
    'jobs_due_schedules',
  );
  let enqueued = 0;
  for (const { workspaceId, id } of rows) enqueued += await tickApart(parts, [workspaceId, id]);
  const last = rows.at(-1);
  const isRoundOver = last === undefined || rows.length < batch;
  return { enqueued, after: isRoundOver ? firstTick : { nextAt: last.nextAt, id: last.id } };
}

async function tickApart(parts: TickParts, address: readonly [string, string]): Promise<number> {
  const { relational, clock, log } = parts;
  const [workspaceId, scheduleId] = address;
  try {
    return await relational.transaction(async (tx) => {
      const schedule = await lockDue(tx, address);
      return schedule === undefined ? 0 : tick(tx, schedule, clock);
    });
  } catch (err) {
    // Whoever drains a queue wants its ticks to pass.
    const lasting = !(err instanceof CodedError) || !err.retryable || err.code === 'QUEUE_DRAINING';
    if (lasting) return passTick(parts, address, err);
    // With the database away, or its disk full, all of them wait; what is one schedule's own trouble is not that of those behind it.
    if (err.code === 'ENGINE_UNAVAILABLE' || err.code === 'INSUFFICIENT_STORAGE') throw err;
    log.warn({ err, workspaceId, scheduleId }, 'a schedule could not tick; trying again');
    return 0;
  }
}

async function lockDue(tx: Sql, address: readonly [string, string]): Promise<DueSchedule | undefined> {
  const { rows } = await tx.query<DueSchedule>(lockDueScheduleSql, address, 'jobs_lock_due_schedule');
  return rows[0];
}

async function tick(tx: Sql, schedule: DueSchedule, clock: Clock): Promise<number> {
  const { workspaceId, id, job, request, nextAtMs: fromMs, nowMs } = schedule;
  const time = cronTime(schedule.cron, schedule.timeZone);
  const ticks = await ticksToRun(time, schedule.missed, { fromMs, nowMs });
  if (ticks.length > 0) {
    await requireKnownJob(tx, job);
    const principal = await starterNow(tx, schedule);
    const requests = ticks.map((tickMs) => ({
      ...request,
      workspaceId,
      job,
      principal,
      origin: `schedule:${id}`,
      unique: { key: `schedule:${id}:${new Date(tickMs).toISOString()}`, periodMs: uniqueForMs },
    }));
    await requireRoom(tx, workspaceId);
    await enqueueRuns(tx, requests, { clock });
  }
  await tx.query(moveScheduleSql, [workspaceId, id, time.next(nowMs) ?? null, ticks.at(-1) ?? null]);
  return ticks.length;
}

/** Longer than any tick can be caught up with. */
const uniqueForMs = 7 * 86_400_000;

/** The ticks that are due start nothing, and the schedule tells why. One whose expression or time zone nobody reads any more has no next tick. */
async function passTick(
  { relational, log }: TickParts,
  address: readonly [string, string],
  err: unknown,
): Promise<number> {
  const [workspaceId, scheduleId] = address;
  const code = err instanceof CodedError ? err.code : 'INTERNAL';
  const message =
    err instanceof CodedError ? err.message : 'Its tick failed; the log of the runner says why.';
  await relational.transaction(async (tx) => {
    const schedule = await lockDue(tx, address);
    if (schedule === undefined) return;
    const told = [code, storableText(message, queueLimits.errorLength)];
    await tx.query(passTickSql, [...address, nextOf(schedule) ?? null, ...told]);
  });
  const known = { workspaceId, scheduleId, reason: code };
  if (code === 'INTERNAL') log.error({ ...known, err }, 'a schedule failed, and started nothing');
  else log.info(known, 'a schedule started nothing');
  return 0;
}

function nextOf({ cron, timeZone, nowMs }: DueSchedule): number | undefined {
  try {
    return cronTime(cron, timeZone).next(nowMs);
  } catch {
    return undefined;
  }
}
