import type { LogEvent } from '@tributary/engines/event-log';
import type { OutgoingEvent } from '@tributary/engines/outbox';
import { type Clock, CodedError } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';
import type { DataContext } from '../context.ts';
import { eventOf } from '../items/change-event.ts';
import type { Item } from '../items/item-store.ts';
import { notFound } from '../items/refusals.ts';
import { attributeOf, type Model } from '../models/model.ts';
import { rowAllowed, rowRule } from '../reading/row-rule.ts';
import { readKey } from '../usecases/read-input.ts';
import type { Room } from './room-log.ts';

/** What happens last in a room. */
export const closed = 'closed';

/** Whose it is, and which of those that had its id. */
const identity: ReadonlySet<string> = new Set(['createdBy', 'createdAt']);

/** The note whose room is asked for. @throws CodedError BAD_USER_INPUT for what is no id, NOT_FOUND for what the caller may not see. */
export async function noteToRead(model: Model, noteId: string, { reader }: DataContext): Promise<Item> {
  const { value } = readKey(model, { id: noteId }, 'noteId');
  const key = attributeOf(model, 'id');
  const note = key === undefined ? null : await reader.byKey(model, key, { value, attributes: identity });
  if (note === null) throw notFound(model);
  return note;
}

/** As `noteToRead`. @throws CodedError FORBIDDEN when the caller may read the note, but not change it. */
export async function noteToEdit(model: Model, noteId: string, context: DataContext): Promise<Item> {
  const note = await noteToRead(model, noteId, context);
  if (!rowAllowed(rowRule(context.principal, model.write), context.principal, note)) {
    throw new CodedError(
      'FORBIDDEN',
      `Only whoever made this ${model.name}, or a stronger role, may edit its text.`,
      { details: { needs: model.write } },
    );
  }
  return note;
}

/** What the room of an item is called, in its events too. */
export function roomName({ name }: Model, id: string): string {
  return `${name}/${id}`;
}

export function roomOf(model: Model, item: Item, workspaceId: string): Room {
  return { workspaceId, room: roomName(model, item.id), born: String(item['createdAt']) };
}

/** Tells who follows the text of an item that it is deleted. */
export function closingOf({ room }: Room, principal: Principal, clock: Clock): OutgoingEvent {
  return eventOf({ topic: 'data.room', verb: closed, subject: room, data: {} }, principal, clock);
}

/** Whether an event of a room or of its presence is the last. */
export function isClosing({ type }: LogEvent): boolean {
  return type.endsWith(`.${closed}`);
}
