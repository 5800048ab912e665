import { takenEvents } from '../outbox/taken-events.ts';
import { arrayText } from '../relational/array-text.ts';
import type { Sql } from '../relational/port.ts';
import type { AppendedRun, RecentRecords } from './embedded-recent.ts';
import type { Topic } from './embedded-topics.ts';
import { checkEventBytes } from './event-size.ts';
import { partitionOf } from './partitioner.ts';
import type { LogEvent, LogRecord, WaitingEvent } from './port.ts';

/**
 * Appends in one statement: known ids are left out, each partition's counter is locked in the order of the partitions (two appends never
 * wait for each other in a circle) and raised, and the records get the offsets between. Two producers that append one id at the same
 * moment both find it unknown; the counter makes the later one wait, and its row meets the unique index and is dropped: a gap in the
 * offsets, as Kafka has them too. The scalar sub-select (no NOT EXISTS) keeps the planner at one index probe an event, also while it has no statistics.
 * A partition without a counter leaves its records without an offset, which the table refuses: nothing is taken that is not stored.
 * Answers where each partition's new records begin.
 * @param input queries that end in one named `input`, with the columns `event_id`, `event`, `size_bytes`, `partition` and `n`, their order
 */
const appendSql = (input: string): string => `
WITH ${input}, fresh AS MATERIALIZED (
  SELECT *, row_number() OVER (PARTITION BY partition ORDER BY n) - 1 AS step FROM input
  WHERE (SELECT true FROM event_log.record r WHERE r.topic_id = $1 AND r.event_id = input.event_id) IS NULL
), counted AS MATERIALIZED (
  SELECT partition, count(*) AS size FROM fresh GROUP BY partition
), held AS MATERIALIZED (
  SELECT partition FROM event_log.partition
  WHERE topic_id = $1 AND partition IN (SELECT partition FROM counted) ORDER BY partition FOR UPDATE
), raised AS (
  UPDATE event_log.partition AS p
  SET next_offset = p.next_offset + c.size,
      last_timestamp_ms = greatest(p.last_timestamp_ms, (extract(epoch FROM clock_timestamp()) * 1000)::bigint)
  FROM counted c JOIN held USING (partition)
  WHERE p.topic_id = $1 AND p.partition = c.partition
  RETURNING p.partition, p.next_offset - c.size AS base, c.size, p.last_timestamp_ms AS timestamp_ms
), stored AS (
  INSERT INTO event_log.record (topic_id, partition, record_offset, timestamp_ms, event_id, event, size_bytes)
  SELECT $1, partition, base + step, timestamp_ms, event_id, event, size_bytes FROM fresh LEFT JOIN raised USING (partition)
  ORDER BY partition, step
  ON CONFLICT (topic_id, event_id) DO NOTHING RETURNING 1
)
SELECT partition, base::float8 AS "firstOffset", size::int AS size, timestamp_ms::float8 AS "timestampMs",
  (SELECT count(*) FROM stored)::int AS stored
FROM raised`;

/** Ids come beside the JSON: reading one out of it would decode every string in it, and fail on \\u0000. */
const appendTextsSql = appendSql(`input AS MATERIALIZED (
  SELECT event_id, event, size_bytes, partition, n
  FROM json_array_elements($2::json) WITH ORDINALITY AS e(event, n)
  JOIN unnest($3::int[], $4::uuid[], $5::int[]) WITH ORDINALITY AS k(partition, event_id, size_bytes, n) USING (n)
)`);

/** The events go from table to table: they do not travel, nor are they parsed. */
const moveSql = appendSql(`taken AS (${takenEvents('$2')}), input AS MATERIALIZED (
  SELECT event_id, event, coalesce(size_bytes, octet_length(event::text)) AS size_bytes, partition, n
  FROM unnest($3::bigint[], $4::int[], $5::uuid[]) WITH ORDINALITY AS k(id, partition, event_id, n) JOIN taken USING (id)
)`);

interface Begun {
  readonly partition: number;
  readonly firstOffset: number;
  readonly size: number;
  readonly timestampMs: number;
  /** Of all partitions together. */
  readonly stored: number;
}

export interface AppendTarget {
  readonly sql: Sql;
  readonly topic: Topic;
  /** Where to keep what was appended; undefined where nobody reads. */
  readonly recent: RecentRecords | undefined;
}

/** An event as it goes into a statement. */
export interface WrittenEvent {
  readonly event: LogEvent;
  readonly text: string;
  readonly sizeBytes: number;
}

/** One at a time: of many, the texts of a statement are all that is held. @throws CodedError PAYLOAD_TOO_LARGE */
export function* writtenEvents(events: readonly LogEvent[]): Generator<WrittenEvent> {
  for (const event of events) {
    const text = JSON.stringify(event);
    const sizeBytes = Buffer.byteLength(text);
    checkEventBytes(sizeBytes);
    yield { event, text, sizeBytes };
  }
}

/** What a statement takes at most: so many events, and so many bytes of them, or one that is larger. Neither a text of Node nor a value of PostgreSQL may have a gigabyte. */
const stepEvents = 1_000;
const stepBytes = 16_000_000;

/** Longer appends go in several statements. */
export function* stepsOf<Item extends { readonly sizeBytes?: number }>(
  items: Iterable<Item>,
): Generator<readonly Item[]> {
  let step: Item[] = [];
  let bytes = 0;
  for (const item of items) {
    const { sizeBytes = 0 } = item;
    if (step.length === stepEvents || (step.length > 0 && bytes + sizeBytes > stepBytes)) {
      yield step;
      [step, bytes] = [[], 0];
    }
    step.push(item);
    bytes += sizeBytes;
  }
  if (step.length > 0) yield step;
}

/** Answers how many were new. */
export async function appendEvents(
  { sql, topic, recent }: AppendTarget,
  events: readonly WrittenEvent[],
): Promise<number> {
  const once = onceEach(events);
  const partitions = once.map(({ event }) => partitionOf(event.partitionkey, topic.partitions));
  const texts = once.map(({ text }) => text);
  const sizes = once.map(({ sizeBytes }) => sizeBytes);
  const { rows } = await sql.query<Begun>(
    appendTextsSql,
    [
      topic.id,
      `[${texts.join(',')}]`,
      arrayText(partitions),
      arrayText(once.map(({ event }) => event.id)),
      arrayText(sizes),
    ],
    'event_log_append',
  );
  // What readers get is what was stored, not what was handed in.
  keep(recent, rows, {
    topic,
    partitions,
    eventAt: (at) => JSON.parse(texts[at] ?? '') as LogEvent,
    sizeAt: (at) => sizes[at] ?? 0,
  });
  return rows[0]?.stored ?? 0;
}

/** Moves events of the outbox in the same database; answers how many were new. Those that somebody else has moved are left out. */
export async function moveEvents(
  { sql, topic, recent }: AppendTarget,
  waiting: readonly WaitingEvent[],
): Promise<number> {
  for (const { sizeBytes = 0 } of waiting) checkEventBytes(sizeBytes);
  const once = onceEach(waiting);
  const partitions = once.map(({ event }) => partitionOf(event.partitionkey, topic.partitions));
  const { rows } = await sql.query<Begun>(
    moveSql,
    [
      topic.id,
      arrayText(waiting.map(({ handle }) => handle)),
      arrayText(once.map(({ handle }) => handle)),
      arrayText(partitions),
      arrayText(once.map(({ event }) => event.id)),
    ],
    'event_log_move',
  );
  keep(recent, rows, {
    topic,
    partitions,
    eventAt: (at) => once[at]?.event,
    sizeAt: (at) => once[at]?.sizeBytes ?? 0,
  });
  return rows[0]?.stored ?? 0;
}

function onceEach<Item extends { readonly event: LogEvent }>(items: readonly Item[]): readonly Item[] {
  const ids = new Set<string>();
  return items.filter(({ event: { id } }) => !ids.has(id) && ids.add(id));
}

interface Appended {
  readonly topic: Topic;
  readonly partitions: readonly number[];
  readonly eventAt: (at: number) => LogEvent | undefined;
  readonly sizeAt: (at: number) => number;
}

/** Where some were known already, or were taken by others, nobody here can tell which offset an event has. */
function keep(
  recent: RecentRecords | undefined,
  rows: readonly Begun[],
  { topic, partitions, eventAt, sizeAt }: Appended,
): void {
  const begun = new Map(rows.map((row) => [row.partition, { ...row, records: [] as LogRecord[], bytes: 0 }]));
  const counted = rows.reduce((sum, { size }) => sum + size, 0);
  if (recent === undefined || counted !== partitions.length || rows[0]?.stored !== counted) return;
  for (const [at, partition] of partitions.entries()) {
    const run = begun.get(partition);
    const event = eventAt(at);
    if (run === undefined || event === undefined) return;
    const sizeBytes = sizeAt(at);
    const offset = run.firstOffset + run.records.length;
    run.records.push({
      topic: topic.name,
      partition,
      offset,
      timestampMs: run.timestampMs,
      event,
      sizeBytes,
    });
    run.bytes += sizeBytes;
  }
  for (const { partition, firstOffset, records, bytes } of begun.values())
    recent.add({ topic, partition, firstOffset, records, sizeBytes: bytes } satisfies AppendedRun);
}
