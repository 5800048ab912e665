import { createEvent } from '@tributary/engines/event-log/event';
import type { OutgoingEvent } from '@tributary/engines/outbox';
import type { Clock } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';
import type { Model } from '../models/model.ts';
import { topicOf } from '../models/model-sdl.ts';
import type { Item } from './item-store.ts';

/** What `data` of the events of `data.record` and `data.document` holds (schema/events). */
export interface ChangeData {
  readonly model: string;
  readonly id: string;
  readonly version: number;
  readonly before: Item | null;
  readonly after: Item | null;
  readonly changed: readonly string[];
}

export interface Change {
  readonly model: Model;
  readonly before: Item | null;
  readonly after: Item | null;
}

/** The event that tells of a change, and who made it when. */
export function changeEvent(
  { model, before, after }: Change,
  principal: Principal,
  clock: Clock,
): OutgoingEvent {
  const state = after ?? before;
  if (state === null) throw new TypeError('a change has a state before or after it');
  const verb = before === null ? 'created' : after === null ? 'deleted' : 'updated';
  const data: ChangeData = {
    model: model.name,
    id: state.id,
    version: Number(state['version']) + (verb === 'deleted' ? 1 : 0),
    before,
    after,
    changed: changedFields({ model, before, after }),
  };
  return eventOf(
    { topic: topicOf(model), verb, subject: `${model.name}/${state.id}`, data },
    principal,
    clock,
  );
}

export interface EventFacts {
  readonly topic: string;
  /** What happened, in the past. */
  readonly verb: string;
  readonly subject: string;
  readonly data: object;
}

/** An event of this subgraph: ordered by its subject, caused by the principal. */
export function eventOf(facts: EventFacts, principal: Principal, clock: Clock): OutgoingEvent {
  const { topic, verb, subject, data } = facts;
  const { workspaceId } = principal;
  const draft = {
    type: `${topic}.${verb}`,
    source: '/subgraphs/data',
    subject,
    workspaceId,
    actor: principal,
    data,
    clock,
  };
  return { topic, event: createEvent(draft) };
}

/** The model's own attributes that differ between two states. */
export function changedFields({ model, before, after }: Change): readonly string[] {
  return model.attributes
    .filter(({ system, name }) => !system && !isSame(before?.[name] ?? null, after?.[name] ?? null))
    .map(({ name }) => name);
}

function isSame(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  // Objects here are JSON values; PostgreSQL reorders their keys, so an equal value may look changed, never the reverse.
  return (
    typeof left === 'object' && typeof right === 'object' && JSON.stringify(left) === JSON.stringify(right)
  );
}
