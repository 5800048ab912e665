import { createEvent } from '@tributary/engines/event-log/event';
import { writeOutbox } from '@tributary/engines/outbox/relational';
import type { Sql } from '@tributary/engines/relational';
import { CodedError } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';
import type { JobsCore } from '../core.ts';

/** A schedule, trigger or hook that is to be changed, and the version whoever asks has seen of it. */
export interface StartTarget {
  readonly id: string;
  readonly expectedVersion?: number | null | undefined;
}

export interface StartChange<Row> {
  readonly kind: 'Schedule' | 'Trigger' | 'Hook';
  readonly verb: string;
  /** As it was written. */
  readonly row: Row | undefined;
  readonly principal: Principal;
}

/** Tells of a change of what starts jobs without a person, in the transaction of the change; answers the row. */
export async function tellStart<
  Row extends { readonly id: string; readonly name: string; readonly jobName: string },
>(tx: Sql, { clock }: JobsCore, { kind, verb, row, principal }: StartChange<Row>): Promise<Row> {
  if (row === undefined) throw new CodedError('INTERNAL', `The ${kind.toLowerCase()} was not written.`);
  const { id, name, jobName: job } = row;
  const event = createEvent({
    type: `jobs.start.${kind.toLowerCase()}_${verb}`,
    source: '/subgraphs/jobs',
    subject: `${kind}/${id}`,
    workspaceId: principal.workspaceId,
    actor: { kind: principal.kind, id: principal.id },
    data: { id, name, job },
    clock,
  });
  await writeOutbox(tx, [{ topic: 'jobs.start', event }]);
  return row;
}
