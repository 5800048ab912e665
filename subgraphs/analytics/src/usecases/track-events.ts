import { createHash } from 'node:crypto';
import { createEvent } from '@tributary/engines/event-log/event';
import type { OutgoingEvent } from '@tributary/engines/outbox';
import { writeOutbox } from '@tributary/engines/outbox/relational';
import type { Relational } from '@tributary/engines/relational';
import { type Clock, CodedError, newId } from '@tributary/runtime';
import { isStorableText, type Principal, parseDateTime } from '@tributary/subgraph-kit';
import { insertEvents, type StoredEvent } from '../adapters/event-table.ts';
import type { EventTypes } from '../domain/row-type.ts';
import { type EventInput, readEvent } from '../domain/tracked-event.ts';

export const maxEvents = 1_000;

/** What became of one event: its id in the log, whether it was there before, or why it was refused. */
export type Tracking =
  | { readonly status: 'ACCEPTED' | 'DUPLICATE'; readonly id: string }
  | { readonly status: 'REFUSED'; readonly error: CodedError };

export interface TrackParts {
  readonly relational: Relational;
  readonly types: EventTypes;
  readonly principal: Principal;
  readonly clock: Clock;
  /** Stores nothing: says what would be taken, as far as the events themselves tell. */
  readonly checkOnly?: boolean;
}

/**
 * Takes up to 1,000 events, each by itself; answers keep their order. Rows and outbox are one transaction, and only what was not there
 * before goes to the log, so that an event sent twice is one event however far apart the sendings are.
 * @throws CodedError BAD_USER_INPUT for none or too many events.
 */
export async function trackEvents(
  inputs: readonly EventInput[],
  parts: TrackParts,
): Promise<readonly Tracking[]> {
  if (inputs.length === 0 || inputs.length > maxEvents)
    throw new CodedError('BAD_USER_INPUT', `One call takes 1 to ${maxEvents} events.`, {
      details: { argument: 'events', limit: maxEvents },
    });
  const { relational, principal, clock, checkOnly = false } = parts;
  const nowMs = clock.now();
  const taking = {
    types: parts.types,
    nowMs,
    defaultSubject: `${principal.kind}:${principal.id}`,
    parseDateTime,
    isStorableText,
  };
  const seen = new Set<string>();
  const read = inputs.map((input): StoredEvent | Tracking => {
    try {
      const event = readEvent(input, taking);
      const id = eventId(principal.workspaceId, input.id);
      if (seen.has(id)) return { status: 'DUPLICATE', id };
      seen.add(id);
      return { ...event, id };
    } catch (error) {
      if (error instanceof CodedError) return { status: 'REFUSED', error };
      throw error;
    }
  });
  if (checkOnly) return read.map((each) => ('status' in each ? each : { status: 'ACCEPTED', id: each.id }));
  const events = read.filter((each): each is StoredEvent => !('status' in each));
  if (events.length === 0) return read.filter((each): each is Tracking => 'status' in each);
  const { workspaceId } = principal;
  const receivedAt = new Date(nowMs).toISOString();
  const fresh = await relational.transaction(async (tx) => {
    const inserted = await insertEvents(tx, { workspaceId, receivedAt, events });
    const news = events.filter(({ id }) => inserted.has(id));
    await writeOutbox(
      tx,
      news.map((event) => trackedEvent(event, receivedAt, parts)),
    );
    return inserted;
  });
  return read.map(
    (each): Tracking =>
      'status' in each ? each : { status: fresh.has(each.id) ? 'ACCEPTED' : 'DUPLICATE', id: each.id },
  );
}

/**
 * A UUID (version 8, RFC 9562 §5.8) from workspace and the application's own id: the same for the same, and none of another workspace's.
 */
function eventId(workspaceId: string, clientId: string | null | undefined): string {
  if (clientId === null || clientId === undefined) return newId();
  const bytes = createHash('sha256').update(`${workspaceId}\n${clientId}`).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** Ordered by its subject; `time` is when it happened, not when it came. */
function trackedEvent(
  event: StoredEvent,
  receivedAt: string,
  { principal, clock }: TrackParts,
): OutgoingEvent {
  const { id, time, ...facts } = event;
  const draft = {
    type: 'analytics.event.tracked',
    source: '/subgraphs/analytics',
    subject: `Subject/${event.subject}`,
    workspaceId: principal.workspaceId,
    actor: principal,
    data: { ...facts, receivedAt },
    clock,
  };
  return { topic: 'analytics.event', event: { ...createEvent(draft), id, time } };
}
