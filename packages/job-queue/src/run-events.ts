import { createEvent } from '@tributary/engines/event-log/event';
import type { OutgoingEvent } from '@tributary/engines/outbox';
import type { Clock } from '@tributary/runtime';
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
  const { workspaceId, principal, hasDependents: _, ...rest } = run;
  const event = createEvent({
    type: `jobs.run.${verb}`,
    source: '/workers/job-runner',
    subject: `Run/${run.id}`,
    workspaceId,
    actor: { kind: actor.kind, id: actor.id },
    data: { after: { ...rest, startedBy: principal.id } },
    clock,
  });
  return { topic: 'jobs.run', event };
}
