import { CodedError } from '@tributary/runtime';
import type { Sql } from '../relational/port.ts';
import type { Topic } from './embedded-topics.ts';
import { partitionOf } from './partitioner.ts';
import type { LogEvent, LogRecord } from './port.ts';

/**
 * Appends in one statement: known ids are left out, each partition's counter is locked in the order of the partitions (two appends never
 * wait for each other in a circle) and raised, and the records get the offsets between. Two producers that append one id at the same
 * moment both find it unknown; the counter makes the later one wait, and its row meets the unique index and is dropped: a gap in the
 * offsets, as Kafka has them too. Ids come beside the JSON: reading one out of it would decode every string in it, and fail on \u0000.
 * The scalar sub-select (no NOT EXISTS) keeps the planner at one index probe an event, also while it has no statistics.
 */
const appendSql = `
WITH input AS MATERIALIZED (
  SELECT event_id, event, partition, n
  FROM json_array_elements($2::json) WITH ORDINALITY AS e(event, n)
  JOIN unnest($3::int[], $4::uuid[]) WITH ORDINALITY AS k(partition, event_id, n) USING (n)
), fresh AS MATERIALIZED (
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
  RETURNING p.partition, p.next_offset - c.size AS base, p.last_timestamp_ms AS timestamp_ms
)
INSERT INTO event_log.record (topic_id, partition, record_offset, timestamp_ms, event_id, event)
SELECT $1, partition, base + step, timestamp_ms, event_id, event FROM fresh JOIN raised USING (partition)
ORDER BY partition, step
ON CONFLICT (topic_id, event_id) DO NOTHING`;

/** Answers how many were new. */
export async function appendRecords(sql: Sql, topic: Topic, events: readonly LogEvent[]): Promise<number> {
  const ids = new Set<string>();
  const once = events.filter(({ id }) => !ids.has(id) && ids.add(id));
  const partitions = once.map((event) => partitionOf(event.partitionkey, topic.partitions));
  const { rowCount } = await sql.query(
    appendSql,
    [topic.id, JSON.stringify(once), partitions, once.map(({ id }) => id)],
    'event_log_append',
  );
  return rowCount;
}

/** A place to read from. */
export interface ReadFrom {
  readonly topic: Topic;
  readonly partition: number;
  readonly fromOffset: number;
}

interface Row {
  topic_id: number;
  partition: number;
  record_offset: string | null;
  timestamp_ms: string;
  event: LogEvent;
  first_offset: string;
  next_offset: string;
}

/** Offsets of each place come with its first record, or alone when it has none: one snapshot, so a trimmed place cannot look empty. */
const readSql = `
SELECT at.topic_id, at.partition, r.record_offset, r.timestamp_ms, r.event, p.first_offset, p.next_offset
FROM unnest($1::int[], $2::int[], $3::bigint[]) AS at(topic_id, partition, from_offset)
JOIN event_log.partition p ON p.topic_id = at.topic_id AND p.partition = at.partition
LEFT JOIN LATERAL (
  SELECT record_offset, timestamp_ms, event FROM event_log.record
  WHERE topic_id = at.topic_id AND partition = at.partition AND record_offset >= at.from_offset
  ORDER BY record_offset LIMIT $4
) AS r ON p.next_offset > at.from_offset
WHERE p.next_offset <> at.from_offset OR $5`;

export interface PlaceRead {
  readonly from: ReadFrom;
  readonly records: readonly LogRecord[];
  readonly firstOffset: number;
  readonly endOffset: number;
}

/** Reads up to `limit` records of each place in one round trip; places at their end are left out unless `all`. */
export async function readPlaces(
  sql: Sql,
  places: readonly ReadFrom[],
  options: { readonly limit: number; readonly all: boolean },
): Promise<readonly PlaceRead[]> {
  const { rows } = await sql.query<Row>(
    readSql,
    [
      places.map(({ topic }) => topic.id),
      places.map(({ partition }) => partition),
      places.map(({ fromOffset }) => fromOffset),
      options.limit,
      options.all,
    ],
    'event_log_read',
  );
  const byPlace = new Map<string, Row[]>();
  for (const row of rows) {
    const place = `${row.topic_id}/${row.partition}`;
    const found = byPlace.get(place);
    if (found === undefined) byPlace.set(place, [row]);
    else found.push(row);
  }
  return places.flatMap((from) => {
    const found = byPlace.get(`${from.topic.id}/${from.partition}`);
    const [first] = found ?? [];
    if (found === undefined || first === undefined) return [];
    const records = found.flatMap((row) =>
      row.record_offset === null ? [] : [recordOf(from.topic, row, row.record_offset)],
    );
    return [{ from, records, firstOffset: Number(first.first_offset), endOffset: Number(first.next_offset) }];
  });
}

function recordOf(topic: Topic, row: Row, offset: string): LogRecord {
  return {
    topic: topic.name,
    partition: row.partition,
    offset: Number(offset),
    timestampMs: Number(row.timestamp_ms),
    event: row.event,
  };
}

/** @throws CodedError CURSOR_EXPIRED below the kept range, CURSOR_INVALID beyond the end (a position of another log). */
export function assertReadable({ from, firstOffset, endOffset }: PlaceRead): void {
  const details = { topic: from.topic.name, partition: from.partition };
  if (from.fromOffset < firstOffset)
    throw new CodedError('CURSOR_EXPIRED', 'The log no longer keeps this position.', { details });
  if (from.fromOffset > endOffset)
    throw new CodedError('CURSOR_INVALID', 'The log has never reached this position.', { details });
}
