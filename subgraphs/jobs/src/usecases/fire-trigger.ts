import type { Sql } from '@tributary/engines/relational';
import {
  asPrincipal,
  type EnqueueRequest,
  enqueueRuns,
  firstOf,
  queueLimits,
  starterNow,
} from '@tributary/job-queue';
import { CodedError } from '@tributary/runtime';
import { type JobRecord, jobsByNames } from '../adapters/definition-table.ts';
import { hasBacklog } from '../adapters/run-table.ts';
import { type ActingTrigger, lockTrigger, noteFiring, triggerDepths } from '../adapters/trigger-table.ts';
import type { JobsCore } from '../core.ts';
import { filledTemplate } from '../domain/input-template.ts';
import type { ToldEvent } from '../domain/told-event.ts';
import { matches } from '../domain/trigger-filter.ts';
import { checkInput } from './check-input.ts';
import { jobNamed } from './enqueue-job.ts';
import { readableTopic } from './triggers.ts';

export interface CausedEvent {
  readonly told: ToldEvent;
  /** The run whose work caused it. */
  readonly runId: string | undefined;
}

/** Refusals that waiting would not end soon: the events pass, so that those of other workspaces behind them do not wait. */
const lasting: ReadonlySet<string> = new Set(['FORBIDDEN', 'NOT_FOUND', 'QUEUE_DRAINING', 'RUN_LIMIT']);

/**
 * Enqueues a run for each event that fits, once, however often the log hands it out: the inbox is written with the runs. What cannot be
 * enqueued, or comes when the runs of this minute are used up, is passed over, and counted and told at the trigger. Answers how many runs there are.
 * @throws what may be over when it is tried again; nothing is written then
 */
export async function fireTrigger(
  core: Pick<JobsCore, 'relational' | 'clock'>,
  { workspaceId, id }: Pick<ActingTrigger, 'workspaceId' | 'id'>,
  events: readonly CausedEvent[],
): Promise<number> {
  const fire = (refused?: CodedError): Promise<number> =>
    core.relational.transaction(async (tx) => {
      const trigger = await lockTrigger(tx, workspaceId, id);
      if (trigger === undefined || !trigger.enabled) return 0;
      const fitting = events.filter(({ told }) => matches(trigger, told));
      const ids = fitting.map(({ told }) => told.id);
      const first = await firstOf(tx, `trigger:${id}`, ids);
      const fresh = fitting.filter(({ told }) => first.has(told.id));
      if (fresh.length === 0) return 0;
      const asked =
        refused === undefined ? await requestsFor(tx, trigger, fresh) : { requests: [], error: refused };
      const requests = asked.requests.slice(0, trigger.room);
      const beyond = asked.requests.length - requests.length;
      for (let at = 0; at < requests.length; at += queueLimits.batch)
        await enqueueRuns(tx, requests.slice(at, at + queueLimits.batch), core);
      await noteFiring(tx, {
        workspaceId,
        id,
        enqueued: requests.length,
        passedOver: fresh.length - requests.length,
        error: beyond === 0 ? asked.error : tooMany(trigger, beyond),
      });
      return requests.length;
    });
  try {
    return await fire();
  } catch (error) {
    if (!(error instanceof CodedError) || !lasting.has(error.code)) throw error;
    return await fire(error);
  }
}

/** What the events ask for, and why the last of those that ask for nothing does. */
async function requestsFor(
  tx: Sql,
  trigger: ActingTrigger,
  events: readonly CausedEvent[],
): Promise<{ readonly requests: readonly EnqueueRequest[]; readonly error: CodedError | undefined }> {
  const { workspaceId, id, request, jobName } = trigger;
  const principal = await starterNow(tx, trigger);
  readableTopic(trigger.topic, asPrincipal({ workspaceId, principal }));
  const job = jobNamed(await jobsByNames(tx, [jobName]), jobName);
  if (await hasBacklog(tx, workspaceId, queueLimits.backlog))
    throw new CodedError('RUN_LIMIT', `The workspace has ${queueLimits.backlog} unfinished runs.`);
  const causes = events.flatMap(({ runId }) => runId ?? []);
  const depths =
    causes.length === 0 ? new Map<string, number>() : await triggerDepths(tx, workspaceId, causes);
  const requests: EnqueueRequest[] = [];
  let error: CodedError | undefined;
  for (const { told, runId } of events) {
    // A run begun by nobody's trigger is at 0, and so is what people do.
    const triggerDepth = runId === undefined ? 1 : (depths.get(runId) ?? 0) + 1;
    const asked = inputFor(told, { template: request.input, job, triggerDepth });
    if (asked instanceof CodedError) error = asked;
    else
      requests.push({
        ...request,
        workspaceId,
        principal,
        job: jobName,
        origin: `trigger:${id}`,
        input: asked.input,
        triggerDepth,
      });
  }
  return { requests, error };
}

function inputFor(
  told: ToldEvent,
  {
    template,
    job,
    triggerDepth,
  }: { readonly template: unknown; readonly job: JobRecord; readonly triggerDepth: number },
): { readonly input: unknown } | CodedError {
  if (triggerDepth > queueLimits.triggerDepth)
    return new CodedError(
      'TRIGGER_LOOP',
      `Event ${told.id} comes from a run that ${queueLimits.triggerDepth} triggers in a row have led to.`,
    );
  try {
    const input = filledTemplate(template, told);
    checkInput(job, input);
    return { input };
  } catch (error) {
    if (error instanceof CodedError) return error;
    throw error;
  }
}

function tooMany({ runsPerMinute }: ActingTrigger, beyond: number): CodedError {
  return new CodedError(
    'RATE_LIMITED',
    `${beyond} events at once came after the ${runsPerMinute} runs that it may start in a minute.`,
  );
}
