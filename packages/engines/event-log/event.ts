import { type Clock, currentRunId, currentTraceparent, newId } from '@tributary/runtime';
import type { LogEvent } from './port.ts';

export interface EventDraft<Data> {
  /** `<subgraph>.<noun>.<verb in the past>` */
  readonly type: string;
  /** The process role: `/subgraphs/data`. */
  readonly source: string;
  /** The entity's key: `Airport/0192…`. */
  readonly subject: string;
  readonly workspaceId: string;
  /** Who caused it. */
  readonly actor: { readonly kind: string; readonly id: string };
  /** JSON; keys whose value is undefined vanish on the way. */
  readonly data: Data;
  readonly clock: Clock;
  /** Order holds between events of one key; the subject when absent. */
  readonly partitionKey?: string;
}

/** A new CloudEvents 1.0 event with an id of its own, in the trace of the running request, and of the run that acts if one does. */
export function createEvent<Data>(draft: EventDraft<Data>): LogEvent<Data> {
  const traceparent = currentTraceparent();
  const runid = currentRunId();
  return {
    specversion: '1.0',
    id: newId(),
    source: draft.source,
    type: draft.type,
    subject: draft.subject,
    time: new Date(draft.clock.now()).toISOString(),
    datacontenttype: 'application/json',
    workspaceid: draft.workspaceId,
    partitionkey: draft.partitionKey ?? draft.subject,
    actorkind: draft.actor.kind,
    actorid: draft.actor.id,
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(runid === undefined ? {} : { runid }),
    data: draft.data,
  };
}
