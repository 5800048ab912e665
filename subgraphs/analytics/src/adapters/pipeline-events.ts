import { createEvent } from '@tributary/engines/event-log/event';
import type { OutgoingEvent } from '@tributary/engines/outbox';
import type { Steering } from '@tributary/engines/stream-engine';
import type { Clock } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';

const verbs = {
  stop: 'stopped',
  stopWithoutSavepoint: 'stopped',
  start: 'started',
  recompute: 'recomputed',
} as const;

/** What the log, and by it the audit log, is told of somebody who steers a pipeline. */
export function pipelineEvent(
  { name, steering }: { readonly name: string; readonly steering: Steering },
  { principal, clock }: { readonly principal: Principal; readonly clock: Clock },
): OutgoingEvent {
  const draft = {
    type: `analytics.pipeline.${verbs[steering]}`,
    source: '/subgraphs/analytics',
    subject: `Pipeline/${name}`,
    workspaceId: principal.workspaceId,
    actor: principal,
    data: { name },
    clock,
  };
  return { topic: 'analytics.pipeline', event: createEvent(draft) };
}
