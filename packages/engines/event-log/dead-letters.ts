import { createHash } from 'node:crypto';
import { type Clock, CodedError, storableText } from '@tributary/runtime';
import { createEventCheck, topicContracts } from '@tributary/schema/events';
import { createEvent } from './event.ts';
import type { EventLog, ForeignRecord, LogEvent, LogRecord } from './port.ts';
import { askRedelivery, noWorkspaceId, textOr } from './redelivery.ts';

/** Where durable consumers put the events they give up. */
export const deadLetterTopic = 'log.dead_letter';
const messageLength = 500;
const readStep = 500;
const appendedAtOnce = 500;

/** Compares what was read with what is declared of it. */
export const checkRead = createEventCheck(topicContracts(), 'reading');

/** The relay's letters are of events that never came to their topic: redriven, they go there. */
export const relayGroup = 'outbox-relay';

/** Why what is no event was given up. */
export const foreignReason = 'EVENT_INVALID';

/** Why an event was given up. */
export interface Refusal {
  /** A code: EVENT_INVALID, or that of the error. */
  readonly reason: string;
  readonly message: string;
  /** How often its handler was tried. */
  readonly attempts: number;
}

export interface DeadLetterData extends Refusal {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Null where it is too large to be repeated (then it is read at its place while the log keeps it), and for what is no event. */
  readonly event: LogEvent | null;
  /** Of the event, whether or not it is in here; absent in letters that a version before wrote. */
  readonly eventId?: string;
  /** How it begins, of what is no event. */
  readonly excerpt?: string;
}

/** A dead letter as it lies in the log. */
export interface DeadLetter extends DeadLetterData {
  readonly id: string;
  /** When it was given up. */
  readonly time: string;
}

/** A dead letter without its event, of which many are held at once. */
export interface ListedLetter extends Omit<DeadLetter, 'event'> {
  /** Where the letter itself lies. */
  readonly letterPlace: Pick<LogRecord, 'partition' | 'offset'>;
  /** Of its event. */
  readonly type: string | undefined;
  readonly key: string | undefined;
  readonly workspace: string | undefined;
}

/** What was given up, and where it lies. */
export type GivenUp = Pick<LogRecord, 'topic' | 'partition' | 'offset'> &
  (
    | {
        readonly event: LogEvent;
        /** Instead of it, where it is too large to be repeated. */
        readonly excerpt?: string;
      }
    | { readonly event: null; readonly excerpt: string; readonly timestampMs: number }
  );

/** Puts an event where the people who operate the product find it. Putting it there twice is putting it there once, where the log tells repeated events. */
export async function addDeadLetter(
  eventLog: Pick<EventLog, 'append'>,
  record: GivenUp,
  facts: DeadLetterFacts,
): Promise<void> {
  try {
    await eventLog.append(deadLetterTopic, [letterOf(record, facts, record.event)]);
  } catch (error) {
    // The letter is a little larger than what it holds: the log took that, and need not take this.
    if (!(error instanceof CodedError) || error.code !== 'PAYLOAD_TOO_LARGE') throw error;
    await eventLog.append(deadLetterTopic, [letterOf(record, facts, null)]);
  }
}

/** The same for what is no event, however much of it there is. */
export async function addForeignLetters(
  eventLog: Pick<EventLog, 'append'>,
  records: readonly ForeignRecord[],
  { group, clock }: Pick<DeadLetterFacts, 'group' | 'clock'>,
): Promise<void> {
  for (let start = 0; start < records.length; start += appendedAtOnce) {
    const letters = records.slice(start, start + appendedAtOnce).map(({ fault, ...place }) => {
      const refusal = { reason: foreignReason, message: `It ${fault}.`, attempts: 0 };
      return letterOf({ ...place, event: null }, { group, refusal, clock }, null);
    });
    await eventLog.append(deadLetterTopic, letters);
  }
}

function letterOf(
  record: GivenUp,
  { group, refusal, clock, nonce }: DeadLetterFacts,
  whole: LogEvent | null,
): LogEvent<DeadLetterData> {
  const { topic, partition, offset, event } = record;
  // What the relay gave up never came to its topic: where it would have come is elsewhere by the time that somebody gives it up again.
  const place = group === relayGroup ? [] : [String(partition), String(offset)];
  const id = idFrom(group, topic, ...place, nonce ?? '', whatLay(record));
  const letter = createEvent({
    type: 'log.dead_letter.added',
    source: `/consumers/${group}`,
    subject: `DeadLetter/${id}`,
    workspaceId: textOr((event as Partial<LogEvent> | null)?.workspaceid, noWorkspaceId),
    actor: { kind: 'service', id: group },
    data: {
      ...refusal,
      message: storableText(refusal.message, messageLength),
      group,
      topic,
      partition,
      offset,
      event: whole,
      ...(typeof event?.id === 'string' ? { eventId: event.id } : {}),
      ...(whole === null && record.excerpt !== undefined ? { excerpt: record.excerpt } : {}),
    },
    clock,
  });
  return { ...letter, id };
}

/** Two may lie at one place: in a topic, and in the one that was made anew under its name. What is no event has no id, but a moment at which the log took it. */
function whatLay(record: GivenUp): string {
  return record.event === null ? JSON.stringify([record.timestampMs, record.excerpt]) : record.event.id;
}

export interface DeadLetterFacts {
  readonly group: string;
  readonly refusal: Refusal;
  readonly clock: Clock;
  /** Tells the letters of one place apart: the redelivery that failed. */
  readonly nonce?: string | undefined;
}

/** The letters nobody has redriven, oldest first, without their events: `readDeadLetter` reads one. @throws CodedError CONFIG_INVALID when the log has no such topic */
export async function openDeadLetters(eventLog: EventLog): Promise<readonly ListedLetter[]> {
  const letters = new Map<string, ListedLetter>();
  for (const [partition, first] of (await eventLog.beginning(deadLetterTopic)).entries()) {
    for (let fromOffset = first; ; ) {
      const records = await eventLog.read({
        topic: deadLetterTopic,
        partition,
        fromOffset,
        limit: readStep,
      });
      for (const { event, offset } of records) {
        // Others may have written it, and a letter of theirs must not hide ours.
        if (checkRead(deadLetterTopic, event) !== 'fits') continue;
        if (event.type === 'log.dead_letter.added')
          letters.set(event.id, listed(event as LogEvent<DeadLetterData>, { partition, offset }));
        else if (event.type === 'log.dead_letter.redriven')
          letters.delete((event.data as { readonly letterId: string }).letterId);
      }
      const last = records.at(-1);
      if (last === undefined) break;
      fromOffset = last.offset + 1;
    }
  }
  return [...letters.values()];
}

function listed(
  { id, time, data }: LogEvent<DeadLetterData>,
  place: ListedLetter['letterPlace'],
): ListedLetter {
  const { event, ...facts } = data;
  return {
    ...facts,
    id,
    time,
    letterPlace: place,
    type: event?.type,
    key: event?.partitionkey,
    workspace: event?.workspaceid,
  };
}

/** A letter with its event. @throws CodedError CURSOR_EXPIRED when the log keeps it no longer */
export async function readDeadLetter(
  eventLog: Pick<EventLog, 'read'>,
  { id, letterPlace: { partition, offset } }: ListedLetter,
): Promise<DeadLetter> {
  const [record] = await eventLog.read({ topic: deadLetterTopic, partition, fromOffset: offset, limit: 1 });
  if (record?.event.id !== id) throw keptNoLonger({ topic: deadLetterTopic, partition, offset });
  const { time, data } = record.event;
  return { ...(data as DeadLetterData), id, time };
}

/** What became of a letter: its event is handled again, or there was none in it, so that it is marked as seen. */
export type Redriven = 'redriven' | 'marked';

/**
 * Asks the group of a letter to handle its event again, or hands its topic the event that the relay gave up; then marks the letter. Killed in between, the letter is still there;
 * redriving it again is harmless. The letter of what is no event, or without one, is marked alone: there is nothing to handle.
 * @throws CodedError PAYLOAD_TOO_LARGE when its own topic still does not take an event that the relay gave up; CURSOR_EXPIRED when the event was too large for its letter and the log keeps it no longer
 */
export async function redriveDeadLetter(
  eventLog: EventLog,
  letter: ListedLetter,
  clock: Clock,
): Promise<Redriven> {
  const record = await letterRecord(eventLog, await readDeadLetter(eventLog, letter));
  const idOf = (): string => idFrom('redrive', letter.id);
  if (record !== undefined && letter.group === relayGroup)
    await eventLog.append(letter.topic, [record.event]);
  else if (record !== undefined)
    await askRedelivery(eventLog, { group: letter.group, records: [record], clock, idOf });
  const done = createEvent({
    type: 'log.dead_letter.redriven',
    source: '/deploy/log-command',
    subject: `DeadLetter/${letter.id}`,
    workspaceId: textOr(record?.event.workspaceid, noWorkspaceId),
    actor: { kind: 'service', id: 'tributary-log' },
    data: { letterId: letter.id },
    clock,
  });
  await eventLog.append(deadLetterTopic, [done]);
  return record === undefined ? 'marked' : 'redriven';
}

async function letterRecord(
  eventLog: EventLog,
  { topic, partition, offset, event, eventId, excerpt, time }: DeadLetter,
): Promise<LogRecord | undefined> {
  if (excerpt !== undefined) return undefined;
  if (event !== null) return { topic, partition, offset, timestampMs: Date.parse(time), event };
  const [record] = await eventLog.read({ topic, partition, fromOffset: offset, limit: 1 });
  // In a topic that was made anew another one lies there.
  if (record?.offset === offset && (eventId ?? record.event.id) === record.event.id) return record;
  throw keptNoLonger({ topic, partition, offset });
}

function keptNoLonger({
  topic,
  partition,
  offset,
}: Pick<LogRecord, 'topic' | 'partition' | 'offset'>): CodedError {
  return new CodedError('CURSOR_EXPIRED', `The log no longer keeps ${topic}/${partition} at ${offset}.`, {
    details: { topic, partition },
  });
}

/** A UUID that the same words give again. */
function idFrom(...words: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify(words)).digest('hex');
  // Version 8 of RFC 9562: made by a rule of our own.
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}
