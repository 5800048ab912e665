import { createEvent } from '@tributary/engines/event-log/event';
import type { Person } from './people.ts';
import type { RunningIdentity } from './running-identity.ts';

export const intact = async (identity: RunningIdentity, by: Person) =>
  (await identity.ask(by.principal, '{ auditChainIntact { intact entries } }')).data.auditChainIntact;

export const countOf = async ({ relational }: RunningIdentity) =>
  (await relational.query<{ n: number }>('SELECT count(*)::int AS n FROM identity.audit_entry')).rows[0]?.n;

/** A change of a record in the person's workspace, by them. */
export function recordUpdated(identity: RunningIdentity, by: Person) {
  return createEvent({
    type: 'data.record.updated',
    source: '/subgraphs/data',
    subject: 'Airport/a1',
    workspaceId: by.principal.workspaceId,
    actor: { kind: 'user', id: by.userId },
    clock: identity.clock,
    data: {
      model: 'Airport',
      id: 'a1',
      version: 2,
      before: { name: 'canary' },
      after: { name: 'canary 2' },
      changed: ['name'],
    },
  });
}
