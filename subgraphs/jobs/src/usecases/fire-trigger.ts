import { setImmediate } from 'node:timers/promises';
import type { Sql } from '@tributary/engines/relational';
import {
  asPrincipal,
  type EnqueueRequest,
  enqueueRuns,
  firstOf,
  queueLimits,
  requireRoom,
  starterNow,
  tooManyBytes,
  unmet,
} from '@tributary/job-queue';
import { CodedError } from '@tributary/runtime';
import { type JobRecord, jobsByNames } from '../adapters/definition-table.ts';
import {
  type ActingTrigger,
  lockTrigger,
  noteFiring,
  type Room,
  triggerDepths,
} from '../adapters/trigger-table.ts';
import type { JobsCore } from '../core.ts';
import { type FilledInput, filledTemplate } from '../domain/input-template.ts';
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

/** Inputs that are held before they are written. */
const heldBytes = 1024 * 1024;
/** After an input of this size others have their turn. */
const largeBytes = 16 * 1024;

/** Refusals that waiting would not end soon: the events pass, so that those of other workspaces behind them do not wait. */
const lasting: ReadonlySet<string> = new Set(['FORBIDDEN', 'NOT_FOUND', 'QUEUE_DRAINING', 'RUN_LIMIT']);

/**
 * Enqueues a run for each event that fits, once, however often the log hands it out: the inbox is written with the runs. What cannot be
 * enqueued, or comes when the runs of this minute are used up, is passed over, and counted and told at the trigger; of those beyond the runs of a minute the inbox knows nothing, so that a replay starts them. Answers how many runs there are.
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
      const consumer = `trigger:${id}`;
      const fresh = await firstOf(tx, consumer, { events: fitting, idOf: ({ told }) => told.id });
      if (fresh.length === 0) return 0;
      const started: Started =
        refused === undefined
          ? await startRuns(tx, core, { trigger, events: fresh })
          : { enqueued: 0, beyond: 0, error: refused };
      const { enqueued, beyond, error } = started;
      // An operator may have them come again, as a replay, in a minute with room.
      if (beyond > 0)
        await unmet(
          tx,
          consumer,
          fresh.slice(-beyond).map(({ told }) => told.id),
        );
      await noteFiring(tx, {
        workspaceId,
        id,
        enqueued,
        passedOver: fresh.length - enqueued,
        error: beyond === 0 ? error : tooMany(trigger, beyond),
      });
      return enqueued;
    });
  try {
    return await fire();
  } catch (error) {
    if (!(error instanceof CodedError) || !lasting.has(error.code)) throw error;
    return await fire(error);
  }
}

interface Started {
  readonly enqueued: number;
  /** Events for which there was no room in this minute. */
  readonly beyond: number;
  /** Why the last of those that ask for nothing does. */
  readonly error: CodedError | undefined;
}

/**
 * Enqueues a run for each event as long as there is room; what comes after that is not looked at. Inputs may be large: so many are held at a time, and others have
 * their turn between them.
 */
async function startRuns(
  tx: Sql,
  core: Pick<JobsCore, 'clock'>,
  { trigger, events }: { readonly trigger: ActingTrigger & Room; readonly events: readonly CausedEvent[] },
): Promise<Started> {
  const { workspaceId, id, request, jobName, room } = trigger;
  const principal = await starterNow(tx, trigger);
  readableTopic(trigger.topic, asPrincipal({ workspaceId, principal }));
  const job = jobNamed(await jobsByNames(tx, [jobName]), jobName);
  await requireRoom(tx, workspaceId);
  const causes = events.flatMap(({ runId }) => runId ?? []);
  const depths =
    causes.length === 0 ? new Map<string, number>() : await triggerDepths(tx, workspaceId, causes);
  let piece: EnqueueRequest[] = [];
  let pieceBytes = 0;
  let enqueued = 0;
  let error: CodedError | undefined;
  const write = async (): Promise<void> => {
    await enqueueRuns(tx, piece, core);
    enqueued += piece.length;
    piece = [];
    pieceBytes = 0;
  };
  for (const [at, { told, runId }] of events.entries()) {
    if (enqueued + piece.length >= room) {
      await write();
      return { enqueued, beyond: events.length - at, error };
    }
    // A run begun by nobody's trigger is at 0, and so is what people do.
    const triggerDepth = runId === undefined ? 1 : (depths.get(runId) ?? 0) + 1;
    const asked = inputFor(told, { template: request.input, job, triggerDepth });
    if (asked instanceof CodedError) {
      error = asked;
      await setImmediate();
      continue;
    }
    const { input, sizeBytes } = asked;
    const origin = `trigger:${id}`;
    piece.push({ ...request, workspaceId, principal, job: jobName, origin, input, triggerDepth });
    pieceBytes += sizeBytes;
    if (piece.length === queueLimits.batch || pieceBytes > heldBytes) await write();
    else if (sizeBytes > largeBytes) await setImmediate();
  }
  await write();
  return { enqueued, beyond: 0, error };
}

function inputFor(
  told: ToldEvent,
  {
    template,
    job,
    triggerDepth,
  }: { readonly template: unknown; readonly job: JobRecord; readonly triggerDepth: number },
): FilledInput | CodedError {
  if (triggerDepth > queueLimits.triggerDepth)
    return new CodedError(
      'TRIGGER_LOOP',
      `Event ${told.id} comes from a run that ${queueLimits.triggerDepth} triggers in a row have led to.`,
    );
  try {
    const mostBytes = queueLimits.inputBytes;
    const filled = filledTemplate(template, told, {
      mostBytes,
      tooLarge: () => tooManyBytes('The input of a run', mostBytes),
    });
    checkInput(job, filled.input);
    return filled;
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
