import { CodedError } from '@tributary/runtime';
import { rootOf } from '../kafka/driver-faults.ts';
import { isOfOtherCompression, kafkaRefusal, otherCompression } from '../kafka/faults.ts';
import { type KafkaLink, offsetOf } from '../kafka/link.ts';
import type { KafkaDeed } from '../kafka/refused-rights.ts';
import { answerBytes } from './event-size.ts';
import type { ForeignRecord, LogRecord } from './port.ts';
import { receivedEvent } from './received-event.ts';

/** Of `answerBytes` of a broker's partitions. */
const partitionBytes = 1024 * 1024;
const readCommitted = 1;

/** Where reading of a partition goes on. */
export interface Place {
  /** As the port names it. */
  readonly topic: string;
  /** As Kafka names it. */
  readonly stored: string;
  readonly partition: number;
  offset: number;
  /** Of the topic that the offset is of; undefined as long as no broker told it. */
  topicId?: string | undefined;
}

export interface PlaceRead {
  readonly place: Place;
  readonly from: number;
  readonly records: readonly LogRecord[];
  readonly foreign: readonly ForeignRecord[];
  /** After the last record that was looked at, handed out or not. */
  readonly nextOffset: number;
  readonly endOffset: number;
}

interface FetchedMessage {
  readonly offset: string;
  readonly timestamp: string;
  readonly value: Buffer | null;
  readonly isControlRecord?: boolean;
}

interface FetchAnswer {
  readonly responses: readonly {
    readonly topicName: string;
    readonly partitions: readonly {
      readonly partition: number;
      readonly highWatermark: string;
      readonly lastStableOffset?: string;
      readonly messages: readonly FetchedMessage[];
    }[];
  }[];
}

/** What a reader tells of and goes on from. */
export interface Misplaced {
  readonly place: Place;
  /** Where it was before. */
  readonly from: number;
  readonly error: CodedError;
}

export interface FetchRequest {
  readonly places: readonly Place[];
  readonly waitMs: number;
  /** Of the bytes that an answer may bring; all when absent. */
  readonly share?: number;
}

/**
 * Reads from places that one broker leads; waits there until something comes, `waitMs` at most.
 * @throws what the driver says; CodedError CONFIG_INVALID where the only place holds records that cannot be decompressed
 */
export async function fetchPlaces(
  link: KafkaLink,
  nodeId: string,
  { places, waitMs, share = 1 }: FetchRequest,
): Promise<readonly PlaceRead[]> {
  const wanted = new Map(
    places.map((place) => [keyOf(place.stored, place.partition), { place, from: place.offset }]),
  );
  const byTopic = new Map<string, Place[]>();
  for (const place of places) byTopic.set(place.stored, [...(byTopic.get(place.stored) ?? []), place]);
  const fetching: Promise<FetchAnswer> = link.onNode(nodeId, (broker) =>
    broker.fetch({
      isolationLevel: readCommitted,
      maxWaitTime: waitMs,
      minBytes: 1,
      maxBytes: Math.round(answerBytes * share),
      topics: [...byTopic].map(([topic, some]) => ({
        topic,
        partitions: some.map(({ partition, offset }) => ({
          partition,
          fetchOffset: String(offset),
          maxBytes: Math.round(partitionBytes * share),
        })),
      })),
    }),
  );
  const answer = await fetching.catch((error: unknown) => {
    const [place, ...others] = places;
    if (place === undefined || others.length > 0 || !isOfOtherCompression(error)) throw error;
    throw otherCompression(error, place);
  });
  return answer.responses.flatMap(({ topicName, partitions }) =>
    partitions.flatMap(({ partition, highWatermark, lastStableOffset, messages }) => {
      const asked = wanted.get(keyOf(topicName, partition));
      if (asked === undefined) return [];
      const { place, from } = asked;
      const last = messages.at(-1);
      const found = messages.flatMap((message) => recordIn(place, from, message));
      return [
        {
          place,
          from,
          records: found.filter((record) => 'event' in record),
          foreign: found.filter((record) => 'fault' in record),
          nextOffset: last === undefined ? from : Math.max(from, offsetOf(last.offset) + 1),
          endOffset: offsetOf(lastStableOffset ?? highWatermark),
        },
      ];
    }),
  );
}

/** Batches come whole: what lies before the place is left out, and so are marks of somebody's transaction and the empty records of compaction. */
function recordIn(
  { topic, partition }: Place,
  from: number,
  message: FetchedMessage,
): readonly (LogRecord | ForeignRecord)[] {
  const offset = offsetOf(message.offset);
  if (offset < from || message.isControlRecord === true || message.value === null) return [];
  const place = { topic, partition, offset, timestampMs: Number(message.timestamp) };
  const received = receivedEvent(message.value);
  return [
    'event' in received
      ? { ...place, ...received, sizeBytes: message.value.length }
      : { ...place, ...received },
  ];
}

/**
 * The place a fetch was refused for, moved to where reading can go on, and why; undefined for other errors. That is the oldest record there is, also where the
 * topic never reached the place: it was restored to an older state, or made anew, and nobody has read what was written to it since.
 */
export async function misplacedBy(
  link: KafkaLink,
  error: unknown,
  places: readonly Place[],
): Promise<Misplaced | undefined> {
  if (kafkaRefusal(error) !== 'OFFSET_OUT_OF_RANGE') return undefined;
  const { topic, partition } = rootOf(error) as { readonly topic?: string; readonly partition?: number };
  const place = places.find((each) => each.stored === topic && each.partition === partition);
  if (place === undefined) return undefined;
  const [beginnings, ends] = await Promise.all([
    link.offsetsOf(place.stored, [place.partition], { fromBeginning: true }),
    link.offsetsOf(place.stored, [place.partition], { fromBeginning: false }),
  ]);
  const [beginning = 0, end = 0] = [beginnings.get(place.partition), ends.get(place.partition)];
  const refusal = refusalOf(place, { beginning, end });
  if (refusal === undefined) return undefined;
  const from = place.offset;
  place.offset = beginning;
  return { place, from, error: refusal };
}

/** What a reader is told when the topic it stands in is not there any more, and another one has its name. */
export function madeAnew(topic: string): CodedError {
  return new CodedError(
    'CURSOR_INVALID',
    `The topic ${topic} was deleted and made anew: it is read from its beginning.`,
    { details: { topic } },
  );
}

/** CURSOR_EXPIRED below the kept range, CURSOR_INVALID beyond the end (a position of another log). */
export function refusalOf(
  { topic, partition, offset }: Place,
  { beginning, end }: { readonly beginning: number; readonly end: number },
): CodedError | undefined {
  const details = { topic, partition };
  if (offset < beginning)
    return new CodedError('CURSOR_EXPIRED', 'The log no longer keeps this position.', { details });
  if (offset > end)
    return new CodedError('CURSOR_INVALID', 'The log has never reached this position.', { details });
  return undefined;
}

/** What an ACL that refuses it is told to grant: an answer about several topics does not say which. */
export function readingOf(places: readonly Place[]): KafkaDeed {
  const topics = new Set(places.map(({ stored }) => stored));
  return { operation: 'READ', on: 'topic', name: [...topics].join(', ') };
}

export function keyOf(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}
