import { cronTime, type StoredRequest } from '@tributary/job-queue';
import { CodedError, isId, newId } from '@tributary/runtime';
import { type Principal, requireVersion } from '@tributary/subgraph-kit';
import { jobsByNames } from '../adapters/definition-table.ts';
import {
  insertSchedule,
  lockSchedule,
  removeSchedule,
  type ScheduleRecord,
  scheduleTable,
  updateSchedule as update,
} from '../adapters/schedule-table.ts';
import type { JobsCore } from '../core.ts';
import type { CreateScheduleInput, UpdateScheduleInput } from '../generated/schema.ts';
import { runPrincipal } from './caller.ts';
import { checkInput } from './check-input.ts';
import { checkName } from './check-name.ts';
import { checkRoom } from './check-room.ts';
import { jobNamed } from './enqueue-job.ts';
import { runRequest } from './run-request.ts';
import { type StartTarget, tellStart } from './tell-start.ts';

/** Makes a schedule whose runs act with the caller's rights. @throws CodedError BAD_USER_INPUT, NOT_FOUND for the job, CONFLICT for the name, RUN_LIMIT */
export async function createSchedule(
  core: JobsCore,
  principal: Principal,
  asked: CreateScheduleInput,
): Promise<ScheduleRecord> {
  const { name, cron, timeZone = 'UTC', missed = 'ONCE', enabled = true } = asked;
  checkName('A schedule', name);
  const job = jobNamed(await jobsByNames(core.relational, [asked.job]), asked.job);
  const {
    queue,
    input,
    retry,
    timeLimitMs,
    priority = 0,
  } = runRequest(
    {
      job: asked.job,
      input: asked.input ?? {},
      queue: asked.queue ?? null,
      priority: asked.priority ?? null,
    },
    job,
    principal,
  );
  const request: StoredRequest = { queue, input, retry, timeLimitMs, priority };
  const nextAtMs = nextTick(core, { cron, timeZone, enabled });
  const row = { id: newId(), name, jobName: job.name, cron, timeZone, missed, enabled, request, nextAtMs };
  return core.relational.transaction(async (tx) => {
    await checkRoom(tx, scheduleTable, { workspaceId: principal.workspaceId, what: 'schedule', name });
    const made = await insertSchedule(tx, {
      ...row,
      workspaceId: principal.workspaceId,
      principal: runPrincipal(principal),
    });
    return tellStart(tx, core, { kind: 'Schedule', verb: 'created', row: made, principal });
  });
}

/** Changes what is given; its runs act with the caller's rights from then on. @throws CodedError NOT_FOUND, VERSION_CONFLICT, BAD_USER_INPUT */
export async function updateSchedule(
  core: JobsCore,
  principal: Principal,
  { id, input: asked, expectedVersion }: StartTarget & { readonly input: UpdateScheduleInput },
): Promise<ScheduleRecord> {
  const { workspaceId } = principal;
  return core.relational.transaction(async (tx) => {
    const present = isId(id) ? await lockSchedule(tx, workspaceId, id) : undefined;
    if (present === undefined) throw new CodedError('NOT_FOUND', 'There is no such schedule.');
    requireVersion(present.version, expectedVersion);
    const cron = asked.cron ?? present.cron;
    const timeZone = asked.timeZone ?? present.timeZone;
    const enabled = asked.enabled ?? present.enabled;
    const request = asked.input === undefined ? present.request : { ...present.request, input: asked.input };
    const job = (await jobsByNames(tx, [present.jobName])).get(present.jobName);
    if (job !== undefined) checkInput(job, request.input);
    const nextAtMs = nextTick(core, { cron, timeZone, enabled });
    const missed = asked.missed ?? present.missed;
    const next = { ...present, cron, timeZone, enabled, missed, request, nextAtMs, workspaceId };
    const changed = await update(tx, { ...next, principal: runPrincipal(principal) });
    return tellStart(tx, core, { kind: 'Schedule', verb: 'updated', row: changed, principal });
  });
}

/** Answers whether there was one. @throws CodedError VERSION_CONFLICT */
export async function deleteSchedule(
  core: JobsCore,
  principal: Principal,
  { id, expectedVersion }: StartTarget,
): Promise<boolean> {
  const { workspaceId } = principal;
  if (!isId(id)) return false;
  return core.relational.transaction(async (tx) => {
    const present = await lockSchedule(tx, workspaceId, id);
    if (present !== undefined) requireVersion(present.version, expectedVersion);
    const removed = await removeSchedule(tx, workspaceId, id);
    if (removed !== undefined)
      await tellStart(tx, core, { kind: 'Schedule', verb: 'deleted', row: removed, principal });
    return removed !== undefined;
  });
}

function nextTick(
  { clock }: JobsCore,
  {
    cron,
    timeZone,
    enabled,
  }: { readonly cron: string; readonly timeZone: string; readonly enabled: boolean },
): number | null {
  const time = cronTime(cron, timeZone);
  const next = time.next(clock.now());
  if (next === undefined)
    throw new CodedError('BAD_USER_INPUT', `The schedule would never tick: no day fits ${cron}.`, {
      details: { argument: 'cron' },
    });
  return enabled ? next : null;
}
