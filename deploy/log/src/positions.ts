import type { EventLog, TopicPosition } from '@tributary/engines/event-log';
import { CodedError } from '@tributary/runtime';

/** A place in a topic, in an operator's words. */
export interface Where {
  readonly topic: string;
  /** `earliest`, `latest`, an offset, or a moment (RFC 3339). */
  readonly word: string;
  /** The one partition an offset is of. */
  readonly partition: number | undefined;
}

/** The offset in each partition. @throws CodedError BAD_USER_INPUT */
export async function positionOf(
  eventLog: EventLog,
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
  return eventLog.positionAt(topic, momentOf(word));
}

/** Milliseconds since the epoch. @throws CodedError BAD_USER_INPUT */
export function momentOf(word: string): number {
  const timeMs = /^\d{4}-\d\d-\d\d/.test(word) ? Date.parse(word) : Number.NaN;
  if (!Number.isNaN(timeMs)) return timeMs;
  throw badInput(
    `"${word}" is no place in a topic: say earliest, latest, an offset, or a moment like 2026-11-26T09:30:00Z.`,
  );
}

export function badInput(message: string): CodedError {
  return new CodedError('BAD_USER_INPUT', message);
}
