import { CodedError } from '@tributary/runtime';
import type { Sql } from '../relational/port.ts';
import type { RecentRecords } from './embedded-recent.ts';
import type { Topic } from './embedded-topics.ts';
import type { LogEvent, LogRecord } from './port.ts';

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
  event: LogEvent | null;
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

export interface ReadOptions {
  readonly limit: number;
  /** Also places at their end. */
  readonly all: boolean;
}

/** Reads up to `limit` records of each place; places at their end are left out unless `all`. */
export async function readPlaces(
  { sql }: Pick<RecordStore, 'sql'>,
  places: readonly ReadFrom[],
  { limit, all }: ReadOptions,
): Promise<readonly PlaceRead[]> {
  const values = [
    places.map(({ topic }) => topic.id),
    places.map(({ partition }) => partition),
    places.map(({ fromOffset }) => fromOffset),
    limit,
    all,
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
    const records = found.flatMap((row) =>
      row.record_offset === null ? [] : [recordOf(from.topic, row, row.record_offset)],
    );
    return [{ from, records, firstOffset: Number(first.first_offset), endOffset: Number(first.next_offset) }];
  });
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
      else reads.push({ from, records, firstOffset: from.fromOffset, endOffset: last.offset + 1 });
    }
    const now = performance.now();
    const isDue = reads.length === 0 || now - this.#lookedAtMs >= lookEveryMs;
    const asked = isDue ? others : others.filter((from) => !recent.endsAt(from));
    if (asked.length === 0) return reads;
    if (isDue) this.#lookedAtMs = now;
    return [...reads, ...(await readPlaces(this.#store, asked, { limit, all: false }))];
  }
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
