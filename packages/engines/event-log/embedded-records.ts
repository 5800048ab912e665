import { CodedError } from '@tributary/runtime';
import type { Sql } from '../relational/port.ts';
import type { RecentEvents } from './embedded-recent.ts';
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

/** Where records are written to and read from. */
export interface RecordStore {
  readonly sql: Sql;
  readonly recent: RecentEvents;
}

/** Answers how many were new. */
export async function appendRecords(
  { sql, recent }: RecordStore,
  topic: Topic,
  events: readonly LogEvent[],
): Promise<number> {
  const ids = new Set<string>();
  const once = events.filter(({ id }) => !ids.has(id) && ids.add(id));
  const partitions = once.map((event) => partitionOf(event.partitionkey, topic.partitions));
  const texts = once.map((event) => JSON.stringify(event));
  const { rowCount } = await sql.query(
    appendSql,
    [topic.id, `[${texts.join(',')}]`, partitions, once.map(({ id }) => id)],
    'event_log_append',
  );
  // Where some were known already, what is stored under their ids is what came first.
  if (rowCount === once.length)
    for (const [at, { id }] of once.entries()) recent.add(`${topic.id}/${id}`, texts[at] ?? '');
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
  event_id: string;
  event: LogEvent | null;
  first_offset: string;
  next_offset: string;
}

/** Offsets of each place come with its first record, or alone when it has none: one snapshot, so a trimmed place cannot look empty. */
const readSql = (event: string): string => `
SELECT at.topic_id, at.partition, r.record_offset, r.timestamp_ms, r.event_id, r.event, p.first_offset, p.next_offset
FROM unnest($1::int[], $2::int[], $3::bigint[]) AS at(topic_id, partition, from_offset)
JOIN event_log.partition p ON p.topic_id = at.topic_id AND p.partition = at.partition
LEFT JOIN LATERAL (
  SELECT record_offset, timestamp_ms, event_id, ${event} AS event FROM event_log.record
  WHERE topic_id = at.topic_id AND partition = at.partition AND record_offset >= at.from_offset
  ORDER BY record_offset LIMIT $4
) AS r ON p.next_offset > at.from_offset
WHERE p.next_offset <> at.from_offset OR $5`;

const readWholeSql = readSql('event');
/** For a process that may have the events itself. */
const readIdsSql = readSql('NULL::json');

const readEventsSql = `
SELECT r.event_id AS id, r.event
FROM unnest($1::int[], $2::uuid[]) AS wanted(topic_id, event_id)
JOIN event_log.record r ON r.topic_id = wanted.topic_id AND r.event_id = wanted.event_id`;

export interface PlaceRead {
  readonly from: ReadFrom;
  readonly records: readonly LogRecord[];
  readonly firstOffset: number;
  readonly endOffset: number;
}

export interface ReadOptions {
  readonly limit: number;
  /** Also places at their end. */
  readonly all: boolean;
}

/** Reads up to `limit` records of each place; places at their end are left out unless `all`. */
export async function readPlaces(
  store: RecordStore,
  places: readonly ReadFrom[],
  options: ReadOptions,
): Promise<readonly PlaceRead[]> {
  const rows = (await rowsByIds(store, places, options)) ?? (await readRows(store, places, options));
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

async function readRows(
  { sql }: RecordStore,
  places: readonly ReadFrom[],
  { limit, all, idsOnly = false }: ReadOptions & { readonly idsOnly?: boolean },
): Promise<readonly Row[]> {
  const values = [
    places.map(({ topic }) => topic.id),
    places.map(({ partition }) => partition),
    places.map(({ fromOffset }) => fromOffset),
    limit,
    all,
  ];
  const [text, name] = idsOnly ? [readIdsSql, 'event_log_read_ids'] : [readWholeSql, 'event_log_read'];
  return (await sql.query<Row>(text, values, name)).rows;
}

/** The rows with the events that this process has itself, and the others read after them; undefined where it has none, or some were trimmed in between. */
async function rowsByIds(
  store: RecordStore,
  places: readonly ReadFrom[],
  options: ReadOptions,
): Promise<readonly Row[] | undefined> {
  const { sql, recent } = store;
  if (recent.isEmpty) return undefined;
  const rows = await readRows(store, places, { ...options, idsOnly: true });
  const missing: Row[] = [];
  for (const row of rows) {
    if (row.record_offset === null) continue;
    row.event = recent.get(`${row.topic_id}/${row.event_id}`) ?? null;
    if (row.event === null) missing.push(row);
  }
  if (missing.length === 0) return rows;
  const values = [missing.map(({ topic_id }) => topic_id), missing.map(({ event_id }) => event_id)];
  const found = await sql.query<{ id: string; event: LogEvent }>(
    readEventsSql,
    values,
    'event_log_read_events',
  );
  if (found.rowCount < missing.length) return undefined;
  const events = new Map(found.rows.map(({ id, event }) => [id, event]));
  for (const row of missing) row.event = events.get(row.event_id) ?? null;
  return rows;
}

function recordOf(topic: Topic, row: Row, offset: string): LogRecord {
  if (row.event === null) throw new TypeError('a record was read without its event');
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
