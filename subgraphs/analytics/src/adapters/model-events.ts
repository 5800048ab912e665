import { createEvent } from '@tributary/engines/event-log/event';
import type { OutgoingEvent } from '@tributary/engines/outbox';
import type { Clock } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';

export interface ModelChange {
  readonly type: 'registered' | 'promoted' | 'rolled_back' | 'retired' | 'shadowed' | 'version_deleted';
  readonly name: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** What the log is told of a change in the registry; events of one model keep their order. */
export function modelEvent(
  { type, name, facts }: ModelChange,
  { principal, clock }: { readonly principal: Principal; readonly clock: Clock },
): OutgoingEvent {
  const draft = {
    type: `analytics.model.${type}`,
    source: '/subgraphs/analytics',
    subject: `InferenceModel/${name}`,
    workspaceId: principal.workspaceId,
    actor: principal,
    data: { name, ...facts },
    clock,
  };
  return { topic: 'analytics.model', event: createEvent(draft) };
}
