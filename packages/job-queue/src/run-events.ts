import { createEvent } from '@tributary/engines/event-log/event';
import type { OutgoingEvent } from '@tributary/engines/outbox';
import { type Clock, currentRunId, currentTraceparent } from '@tributary/runtime';
import type { RunState, RunSummary } from './run.ts';

export interface Actor {
  readonly kind: string;
  readonly id: string;
}

const verbs: Readonly<Record<RunState, string>> = {
  WAITING: 'waiting',
  DELAYED: 'delayed',
  HELD: 'held',
  QUEUED: 'queued',
  RUNNING: 'started',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
  SKIPPED: 'skipped',
};

/** Types of topic `jobs.run` for changes of state. */
export const stateEventTypes: readonly string[] = Object.values(verbs).map((verb) => `jobs.run.${verb}`);

/** What a statement that tells of runs by itself (`tellChanged`) needs to know of the moment: its time, and whose request and run it is. */
export function eventFrame(clock: Clock): readonly [time: string, attributes: string] {
  const runid = currentRunId();
  const traceparent = currentTraceparent();
  const given = {
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(runid === undefined ? {} : { runid }),
  };
  const inside = JSON.stringify(given).slice(1, -1);
  return [new Date(clock.now()).toISOString(), inside === '' ? '' : `,${inside}`];
}

/** One event a run, for the state it is in now. Input and output stay out: they may be large, and are read with the reader's own rights. */
export function stateEvents(
  runs: readonly RunSummary[],
  { clock, actor }: { readonly clock: Clock; readonly actor?: Actor },
): readonly OutgoingEvent[] {
  return runs.map((run) => runEvent(run, verbs[run.state], { clock, actor: actor ?? run.principal }));
}

export function runEvent(
  run: RunSummary,
  verb: string,
  { clock, actor }: { readonly clock: Clock; readonly actor: Actor },
): OutgoingEvent {
  // Named one by one: what a claim answers has the input beside it.
  const { workspaceId, principal, id, job, queue, state, priority, attempt, progressDone, progressTotal } =
    run;
  const { progressMessage, errorCode, parentId, origin, cancelRequested } = run;
  const progress = { progressDone, progressTotal, progressMessage };
  const rest = {
    id,
    job,
    queue,
    state,
    priority,
    attempt,
    ...progress,
    errorCode,
    parentId,
    origin,
    cancelRequested,
  };
  const event = createEvent({
    type: `jobs.run.${verb}`,
    source: '/workers/job-runner',
    subject: `Run/${id}`,
    workspaceId,
    actor: { kind: actor.kind, id: actor.id },
    data: { after: { ...rest, startedBy: principal.id } },
    clock,
  });
  return { topic: 'jobs.run', event };
}
