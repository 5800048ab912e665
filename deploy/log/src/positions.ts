import type { EventLog, TopicPosition } from '@tributary/engines/event-log';
import { type CursorCodec, cursorIdentity } from '@tributary/engines/event-log/cursor';
import { CodedError } from '@tributary/runtime';

/** A place in a topic, in an operator's words. */
export interface Where {
  readonly topic: string;
  /** `earliest`, `latest`, an offset, a moment (RFC 3339), or a cursor that some surface gave out. */
  readonly word: string;
  /** The one partition an offset is of. */
  readonly partition: number | undefined;
}

export interface PositionDeps {
  readonly eventLog: EventLog;
  /** Those of the product; asked for when a cursor comes. */
  readonly cursors: () => CursorCodec;
}

/** The offset in each partition. @throws CodedError BAD_USER_INPUT; CURSOR_INVALID for a cursor that is not the product's, or of another log */
export async function positionOf(
  { eventLog, cursors }: PositionDeps,
  { topic, word, partition }: Where,
): Promise<TopicPosition> {
  if (word === 'earliest') return eventLog.beginning(topic);
  if (word === 'latest') return eventLog.end(topic);
  if (/^\d+$/.test(word)) {
    const beginning = await eventLog.beginning(topic);
    if (partition === undefined && beginning.length > 1)
      throw badInput(
        `An offset is of one partition: say which of ${topic}'s ${beginning.length} with --partition.`,
      );
    return beginning.map((first, index) => (index === (partition ?? 0) ? Number(word) : first));
  }
  if (looksLikeCursor.test(word)) return positionIn(word, topic, { eventLog, cursors });
  return eventLog.positionAt(topic, momentOf(word));
}

/** Cursors are long texts of the base64url alphabet; moments have colons, or are short. */
const looksLikeCursor = /^[A-Za-z0-9_-]{24,}$/;

async function positionIn(
  cursor: string,
  topic: string,
  { eventLog, cursors }: PositionDeps,
): Promise<TopicPosition> {
  const codec = cursors();
  const position = codec.decode(cursor);
  const end = await eventLog.end(topic);
  const found = Object.hasOwn(position, topic) ? position[topic] : undefined;
  if (found === undefined)
    throw badInput(`This cursor says nothing of ${topic}; it is of ${Object.keys(position).join(', ')}.`);
  const identity = await cursorIdentity(eventLog, topic);
  if (!codec.mayBeOf(cursor, topic, identity))
    throw new CodedError(
      'CURSOR_INVALID',
      `This cursor is of another topic ${topic}: of one that was deleted and made anew since, or of another log.`,
      { details: { topic } },
    );
  if (found.length === end.length) return found;
  // Partitions were added since: all that is in them came later.
  if (found.length < end.length && codec.isOf(cursor, topic, identity))
    return end.map((_, partition) => found[partition] ?? 0);
  throw new CodedError(
    'CURSOR_INVALID',
    `This cursor is of another log: it has ${found.length} partitions of ${topic}, this one has ${end.length}.`,
    { details: { topic } },
  );
}

/** A day, which is its midnight in UTC, or a moment with its zone: without one it would be of whichever zone this machine is in. */
const moment = /^(\d{4}-\d\d-\d\d)(?:[Tt ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(Z|z|[+-]\d\d:\d\d)?)?$/;

/** Milliseconds since the epoch. @throws CodedError BAD_USER_INPUT */
export function momentOf(word: string): number {
  const [text, day, zone] = moment.exec(word) ?? [];
  if (text !== undefined && text !== day && zone === undefined)
    throw badInput(`"${word}" says no zone: end it with Z for UTC, or with one like +02:00.`);
  const timeMs = text === undefined ? Number.NaN : Date.parse(text.replace(' ', 'T').toUpperCase());
  // The 30th of February is a day in March to `Date`.
  if (!Number.isNaN(timeMs) && new Date(`${day}T00:00:00Z`).toISOString().startsWith(`${day}T`))
    return timeMs;
  throw badInput(
    `"${word}" is no place in a topic: say earliest, latest, an offset, a moment like 2026-11-26T09:30:00Z, or a cursor.`,
  );
}

export function badInput(message: string): CodedError {
  return new CodedError('BAD_USER_INPUT', message);
}
