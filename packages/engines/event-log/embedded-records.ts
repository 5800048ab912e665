import { CodedError } from '@tributary/runtime';
import type { Sql } from '../relational/port.ts';
import type { RecentRecords } from './embedded-recent.ts';
import type { Topic } from './embedded-topics.ts';
import { answerBytes } from './event-size.ts';
import type { LogEvent, LogRecord, RecordId } from './port.ts';

/** Where records are read from. */
export interface RecordStore {
  readonly sql: Sql;
  readonly recent: RecentRecords;
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
  /** Null beyond the bytes. */
  event: LogEvent | null;
  size_bytes: number;
  first_offset: string;
  next_offset: string;
}

/** The size of a record of before sizes were kept is measured, which decompresses it. */
export const sizeSql = 'coalesce(size_bytes, octet_length(event::text))';

/**
 * Offsets of each place come with its first record, or alone when it has none: one snapshot, so a trimmed place cannot look empty. Of each place the events come whose bytes
 * are `$6` together; of what is beyond, only where it lies and how large it is.
 */
const readSql = `
SELECT at.topic_id, at.partition, r.record_offset, r.timestamp_ms, r.event, r.size_bytes, p.first_offset, p.next_offset
FROM unnest($1::int[], $2::int[], $3::bigint[]) AS at(topic_id, partition, from_offset)
JOIN event_log.partition p ON p.topic_id = at.topic_id AND p.partition = at.partition
LEFT JOIN LATERAL (
  SELECT record_offset, timestamp_ms, ${sizeSql} AS size_bytes, CASE WHEN sum(${sizeSql}) OVER earlier <= $6::bigint THEN event END AS event
  FROM event_log.record
  WHERE topic_id = at.topic_id AND partition = at.partition AND record_offset >= at.from_offset
  WINDOW earlier AS (ORDER BY record_offset ROWS UNBOUNDED PRECEDING) ORDER BY record_offset LIMIT $4
) AS r ON p.next_offset > at.from_offset
WHERE p.next_offset <> at.from_offset OR $5`;

export interface PlaceRead {
  readonly from: ReadFrom;
  readonly records: readonly LogRecord[];
  readonly firstOffset: number;
  readonly endOffset: number;
  /** There were more to read than were. */
  readonly hasMore: boolean;
}

export interface ReadOptions {
  readonly limit: number;
  /** Also places at their end. */
  readonly all: boolean;
}

/**
 * Reads up to `limit` records of each place, and fewer where they are large: `answerBytes` of all of them together, shared out evenly. Places at their end are left out unless
 * `all`. Where the first record of some is larger than their share, those are read for themselves, oldest first, as far as the bytes go; the others are left out, and
 * come when they are the oldest.
 */
export async function readPlaces(
  { sql }: Pick<RecordStore, 'sql'>,
  places: readonly ReadFrom[],
  { limit, all }: ReadOptions,
): Promise<readonly PlaceRead[]> {
  const reads = await readOnce(sql, places, { limit, all, bytes: answerBytes / Math.max(1, places.length) });
  const tooLarge = reads
    .flatMap(({ from, head }) => (head === undefined ? [] : [{ from, ...head }]))
    .sort((one, other) => one.timestampMs - other.timestampMs);
  if (tooLarge.length === 0) return reads;
  let bytes = 0;
  const some = tooLarge.filter(({ sizeBytes }, at) => {
    bytes += sizeBytes;
    return at === 0 || bytes <= answerBytes;
  });
  const alone = some.map(({ from }) => from);
  return [
    ...reads.filter(({ head }) => head === undefined),
    ...(await readOnce(sql, alone, { limit: 1, all: true, bytes: Number.MAX_SAFE_INTEGER })),
  ];
}

interface Reading extends PlaceRead {
  /** The first record, where that is beyond the bytes. */
  readonly head: { readonly timestampMs: number; readonly sizeBytes: number } | undefined;
}

async function readOnce(
  sql: Sql,
  places: readonly ReadFrom[],
  { limit, all, bytes }: ReadOptions & { readonly bytes: number },
): Promise<readonly Reading[]> {
  const values = [
    places.map(({ topic }) => topic.id),
    places.map(({ partition }) => partition),
    places.map(({ fromOffset }) => fromOffset),
    limit,
    all,
    Math.floor(bytes),
  ];
  const { rows } = await sql.query<Row>(readSql, values, 'event_log_read');
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
    const records = found.filter(hasEvent).map((row) => recordOf(from.topic, row));
    const [firstOffset, endOffset] = [Number(first.first_offset), Number(first.next_offset)];
    const last = records.at(-1);
    const isBeyond = first.record_offset !== null && first.event === null;
    const head = isBeyond
      ? { timestampMs: Number(first.timestamp_ms), sizeBytes: first.size_bytes }
      : undefined;
    const hasMore = last !== undefined && last.offset + 1 < endOffset;
    return [{ from, records, firstOffset, endOffset, hasMore, head }];
  });
}

/** The ids of up to `limit` records of a place. */
export async function readIds(
  sql: Sql,
  { topic, partition, fromOffset }: ReadFrom,
  limit: number,
): Promise<readonly RecordId[]> {
  const { rows } = await sql.query<{ offset: string; id: string }>(
    `SELECT record_offset AS "offset", event_id AS id FROM event_log.record
     WHERE topic_id = $1 AND partition = $2 AND record_offset >= $3 ORDER BY record_offset LIMIT $4`,
    [topic.id, partition, fromOffset, limit],
  );
  return rows.map(({ offset, id }) => ({ offset: Number(offset), id }));
}

/** While memory has something to read, the database is asked this often for what other processes append. */
const lookEveryMs = 100;

/** What a reader who follows the log reads by: what this process has appended of late comes from memory, the rest from the database. */
export class Follower {
  readonly #store: RecordStore;
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  constructor(store: RecordStore) {
    this.#store = store;
  }

  /** As `readPlaces` of places that are not at their end; those where this process appended last may be passed over for a moment while others have records. */
  async read(places: readonly ReadFrom[], limit: number): Promise<readonly PlaceRead[]> {
    const { recent } = this.#store;
    const reads: PlaceRead[] = [];
    const others: ReadFrom[] = [];
    for (const from of places) {
      const records = recent.from(from, limit);
      const last = records?.at(-1);
      if (records === undefined || last === undefined) others.push(from);
      else {
        const { fromOffset: firstOffset } = from;
        const hasMore = records.length >= limit;
        reads.push({ from, records, firstOffset, endOffset: last.offset + 1, hasMore });
      }
    }
    const now = performance.now();
    const isDue = reads.length === 0 || now - this.#lookedAtMs >= lookEveryMs;
    const asked = isDue ? others : others.filter((from) => !recent.endsAt(from));
    if (asked.length === 0) return reads;
    if (isDue) this.#lookedAtMs = now;
    return [...reads, ...(await readPlaces(this.#store, asked, { limit, all: false }))];
  }
}

type RecordRow = Row & { readonly record_offset: string; readonly event: LogEvent };

function hasEvent(row: Row): row is RecordRow {
  return row.record_offset !== null && row.event !== null;
}

function recordOf(topic: Topic, row: RecordRow): LogRecord {
  return {
    topic: topic.name,
    partition: row.partition,
    offset: Number(row.record_offset),
    timestampMs: Number(row.timestamp_ms),
    event: row.event,
    sizeBytes: row.size_bytes,
  };
}

/** @throws CodedError CURSOR_EXPIRED below the kept range, CURSOR_INVALID beyond the end (a position of another log). */
export function assertReadable(read: PlaceRead): void {
  const { from, firstOffset } = read;
  const details = { topic: from.topic.name, partition: from.partition };
  if (from.fromOffset < firstOffset)
    throw new CodedError('CURSOR_EXPIRED', 'The log no longer keeps this position.', { details });
  if (isBeyondEnd(read)) throw neverReached(from);
}

/** The database was restored to before where a reader stands. */
export function isBeyondEnd({ from, endOffset }: PlaceRead): boolean {
  return from.fromOffset > endOffset;
}

export function neverReached({ topic, partition }: ReadFrom): CodedError {
  const details = { topic: topic.name, partition };
  return new CodedError('CURSOR_INVALID', 'The log has never reached this position.', { details });
}
