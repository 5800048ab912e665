import { checkEvents } from '@tributary/engines/outbox/checked-events';
import { newId } from '@tributary/runtime';
import type { Model } from '../models/model.ts';
import { changeEvent } from './change-event.ts';
import type { Creator, Item } from './item-store.ts';

/** The events of many creations, each as JSON, which has no line within. */
export interface CreationEvents {
  readonly topic: string;
  readonly lines: readonly string[];
}

/**
 * The events of creations without making each of them: `changeEvent` makes one, of an item of marks, and its JSON is cut where they
 * stand. So there is one description of an event. The one is checked for all: they differ in ids,
 * in the item, of which the schema says only that it is an object, and in names. @throws TypeError when the marks are not where they were
 */
export function creationEvents(
  model: Model,
  items: readonly Item[],
  { principal, clock }: Creator,
): CreationEvents {
  const [itemId, after, changed] = [newId(), newId(), newId()];
  const marked: Item = { id: itemId, version: 1 };
  const { topic, event } = changeEvent({ model, before: null, after: marked }, principal, clock);
  checkEvents([{ topic, event }]);
  const json = JSON.stringify({ ...event, data: { ...(event.data as object), after, changed } });
  const marks = [event.id, itemId, itemId, itemId, `"${after}"`, `"${changed}"`];
  const [start, subject, key, id, item, changes, end] = cut(json, marks);
  const lines = items.map(
    (made) =>
      `${start}${newId()}${subject}${made.id}${key}${made.id}${id}${made.id}${item}${JSON.stringify(made)}${changes}${setFields(model, made)}${end}`,
  );
  return { topic, lines };
}

function cut(json: string, marks: readonly string[]): readonly string[] {
  const pieces: string[] = [];
  let from = 0;
  for (const mark of marks) {
    const at = json.indexOf(mark, from);
    if (at < 0) throw new TypeError('an event has not the parts it is made from');
    pieces.push(json.slice(from, at));
    from = at + mark.length;
  }
  return [...pieces, json.slice(from)];
}

/** The model's own attributes that a new item has values of. Names are letters, digits and underscores: they need no escaping. */
function setFields(model: Model, item: Item): string {
  let names = '';
  for (const { system, name } of model.attributes)
    if (!system && (item[name] ?? null) !== null) names += names === '' ? `"${name}"` : `,"${name}"`;
  return `[${names}]`;
}
