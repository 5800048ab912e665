import { setImmediate } from 'node:timers/promises';
import type { EventLog, LogRecord } from '@tributary/engines/event-log';
import { startDurableConsumer } from '@tributary/engines/event-log/durable-consumer';
import type { HandledRecord } from '@tributary/engines/event-log/redelivery';
import type { Relational } from '@tributary/engines/relational';
import { JobWake } from '@tributary/job-queue';
import { type Clock, isId, type Logger, type Registry } from '@tributary/runtime';
import { triggersOn } from './adapters/trigger-table.ts';
import type { JobsCore } from './core.ts';
import { toldEvent } from './domain/told-event.ts';
import { matches } from './domain/trigger-filter.ts';
import { triggerTopics } from './domain/trigger-topics.ts';
import { type CausedEvent, fireTrigger } from './usecases/fire-trigger.ts';

export interface TriggersDeps {
  readonly relational: Relational;
  readonly eventLog: Pick<EventLog, 'consume' | 'append'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Registry;
}

const group = 'jobs-triggers';
/** What the clocks of the log and the database may differ by: what was appended right after a trigger was made is for it. */
const clocksApartMs = 60_000;

/** Joins the consumer group `jobs-triggers` and starts what events trigger, until disposed. At least once handed out, once started. */
export async function startTriggers({
  relational,
  eventLog,
  clock,
  log,
  metrics,
}: TriggersDeps): Promise<AsyncDisposable> {
  const wake = new JobWake(relational, log);
  const core: TriggerCore = { relational, clock, wake };
  const consumer = await startDurableConsumer({
    eventLog,
    log,
    clock,
    metrics,
    group,
    topics: [...triggerTopics.keys()],
    onRecords: (records) => fireAll(core, records),
  });
  return {
    [Symbol.asyncDispose]: async () => {
      await consumer[Symbol.asyncDispose]();
      await wake[Symbol.asyncDispose]();
    },
  };
}

type TriggerCore = Pick<JobsCore, 'relational' | 'clock' | 'wake'>;

interface HeldEvent extends CausedEvent {
  /** When it was appended at the latest; not bounded where it is asked for. */
  readonly latestMs: number;
}

/**
 * The records are of one partition, so of one topic. Between two triggers others have their turn. What lies in the log from before a trigger was made is not for it, when the
 * group begins with the oldest records there are; only who asks for it by a replay means it.
 */
async function fireAll(core: TriggerCore, records: readonly HandledRecord[]): Promise<void> {
  const topic = triggerTopics.get(records[0]?.topic ?? '');
  if (topic === undefined) return;
  const workspaces = new Set(records.map(({ event }) => event.workspaceid).filter(isId));
  const triggers = await triggersOn(core.relational, topic.name, [...workspaces]);
  // Most workspaces have none: nothing is made of their events.
  const triggered = new Set(triggers.map(({ workspaceId }) => workspaceId));
  const events = new Map<string, HeldEvent[]>();
  for (const { event, timestampMs, isAskedFor } of records) {
    const { workspaceid } = event;
    if (!triggered.has(workspaceid)) continue;
    const own = events.get(workspaceid) ?? [];
    const latestMs = isAskedFor === true ? Number.POSITIVE_INFINITY : timestampMs + clocksApartMs;
    own.push({ told: toldEvent(topic, event), runId: causeOf(topic.name, event), latestMs });
    events.set(workspaceid, own);
  }
  let enqueued = 0;
  for (const trigger of triggers) {
    const own = events.get(trigger.workspaceId) ?? [];
    const fitting = own.filter(
      ({ told, latestMs }) => latestMs >= trigger.createdAtMs && matches(trigger, told),
    );
    if (fitting.length > 0) enqueued += await fireTrigger(core, trigger, fitting);
    else await setImmediate();
  }
  if (enqueued > 0) core.wake.ring();
}

/** The run behind an event: the one that acted, or the one it tells of. */
function causeOf(topic: string, { runid, subject }: LogRecord['event']): string | undefined {
  const runId = topic === 'jobs.run' ? subject.replace(/^Run\//, '') : runid;
  return isId(runId) ? runId : undefined;
}
