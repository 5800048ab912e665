import type { Document as BsonDocument } from 'mongodb';
import type { LogEvent } from '../event-log/port.ts';
import { checkChangeBytes, checkEvents } from '../outbox/checked-events.ts';
import type { OutgoingEvent } from '../outbox/port.ts';
import type { DocumentWrite, StoredDocument } from './port.ts';

/**
 * A document as it lies in MongoDB. Its events lie in it until the log has them: one write of one document is atomic, so a change and what
 * tells of it need no transaction over several documents.
 */
export interface MongoDocument {
  readonly _id: MongoId;
  readonly w: string;
  readonly id: string;
  /** The version; absent of a document that is gone. */
  readonly v?: number;
  readonly f?: Readonly<Record<string, unknown>>;
  /** What the log does not have yet, oldest first. */
  readonly o?: WaitingEvent[];
  /** The id of an event that is no younger than the first of `o`: what the relay's index orders by. Present while there are any. */
  readonly oldest?: string;
  /** Removed; stays only until its last events have gone. */
  readonly gone?: true;
}

export interface MongoId {
  readonly w: string;
  readonly i: string;
}

export interface WaitingEvent {
  readonly topic: string;
  /** The id again, where removing finds it. */
  readonly id: string;
  /** JSON, because BSON would not keep every number and key as they are. */
  readonly event: string;
}

export function mongoId(workspaceId: string, id: string): MongoId {
  return { w: workspaceId, i: id };
}

/**
 * One document, by the index over what its key is made of. MongoDB would find it by its key as well; what speaks its protocol may have to look through the whole
 * collection for a key that is a document, and does so where anything else is asked beside.
 */
export function placeOf({ w, i }: MongoId) {
  return { w, id: i };
}

/** The same of several, workspace by workspace. */
export function placesOf(documents: readonly MongoId[]) {
  const idsOf = new Map<string, string[]>();
  for (const { w, i } of documents) {
    const ids = idsOf.get(w);
    if (ids === undefined) idsOf.set(w, [i]);
    else ids.push(i);
  }
  return [...idsOf].map(([w, ids]) => ({ w, id: { $in: ids } }));
}

/** Where a filter, an order or an index finds a field: `id` and `version` are beside the fields. */
export function pathOf(field: string): string {
  if (field === 'id') return 'id';
  return field === 'version' ? 'v' : `f.${field}`;
}

/** Of what can be compared, in MongoDB's words. */
export const scalarTypes = ['string', 'number', 'bool'];

/** What is there to be found. */
export const present = { gone: { $exists: false } } as const;

/** The same of what was found. */
export function isPresent({ gone }: Pick<MongoDocument, 'gone'>): boolean {
  return gone !== true;
}

export function storedDocument(workspaceId: string, { id, v, f }: MongoDocument): StoredDocument {
  return { id, workspaceId, version: v ?? 0, fields: f ?? {} };
}

/** What a write adds to a document for its events; nothing when it has none. @throws CodedError EVENT_INVALID, PAYLOAD_TOO_LARGE */
export function waitingEvents(events: readonly OutgoingEvent[]): WaitingEvent[] {
  checkEvents(events);
  return events.map(({ topic, event }) => {
    const text = JSON.stringify(event);
    checkChangeBytes(event.type, Buffer.byteLength(text));
    return { topic, id: event.id, event: text };
  });
}

/** The update operators that add events to those that wait already. */
export function tellOf(events: readonly OutgoingEvent[]): BsonDocument {
  const waiting = waitingEvents(events);
  const [first] = waiting;
  if (first === undefined) return {};
  return { $push: { o: { $each: waiting } }, $min: { oldest: first.id } };
}

export function eventOf({ event }: WaitingEvent): LogEvent {
  return JSON.parse(event) as LogEvent;
}

/** A document nobody has yet, from its fields as checked JSON: what JSON leaves out or changes is left out and changed here, too. */
export function newDocument({ document, events }: DocumentWrite, json: string): MongoDocument {
  const { id, workspaceId, version } = document;
  const waiting = waitingEvents(events);
  const [first] = waiting;
  return {
    _id: mongoId(workspaceId, id),
    w: workspaceId,
    id,
    v: version,
    f: JSON.parse(json) as Record<string, unknown>,
    ...(first === undefined ? {} : { o: waiting, oldest: first.id }),
  };
}
