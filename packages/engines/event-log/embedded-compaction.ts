import type { Relational } from '../relational/port.ts';
import { sizeSql } from './embedded-records.ts';
import { answerBytes } from './event-size.ts';
import type { LogEvent } from './port.ts';

const pageSize = 500;

interface CompactPlace {
  readonly topicId: number;
  readonly partition: number;
  /** Records from this moment on stay, whatever follows them. */
  readonly keepFromMs: string;
  readonly end: string;
}

const placesSql = `
SELECT p.topic_id AS "topicId", p.partition, p.next_offset AS end, (extract(epoch FROM now()) * 1000)::bigint - t.retention_ms AS "keepFromMs"
FROM event_log.topic t JOIN event_log.partition p USING (topic_id) WHERE t.cleanup = 'compact' ORDER BY 1, 2`;

/** Whole events, since PostgreSQL reads no key of a JSON in which a text has \\u0000 or half a surrogate pair: no more of them than one answer of the log brings. */
const pageSql = `
SELECT "offset", "isOld", event FROM (
  SELECT *, sum(size) OVER (ORDER BY "offset" DESC ROWS UNBOUNDED PRECEDING) AS through FROM (
    SELECT record_offset AS "offset", timestamp_ms < $4 AS "isOld", event, ${sizeSql} AS size FROM event_log.record
    WHERE topic_id = $1 AND partition = $2 AND record_offset < $3 ORDER BY record_offset DESC LIMIT ${pageSize}
  ) AS last
) AS told WHERE through = size OR through <= ${answerBytes} ORDER BY "offset" DESC`;

/**
 * Removes from compacted topics what is older than they keep and was followed by another record of its key; answers how many. Kafka does the same with
 * `min.compaction.lag.ms`. The offsets that go leave gaps, and positions stay readable. Two processes at once remove the same records.
 */
export async function compactTopics(relational: Relational, signal?: AbortSignal): Promise<number> {
  const { rows } = await relational.query<CompactPlace>(placesSql);
  let removed = 0;
  for (const place of rows) removed += await compactPlace(relational, place, signal);
  return removed;
}

/** From the newest record back: of each key the first one met is the last one written. Keys are the documents a partition tells of, held in memory meanwhile. */
async function compactPlace(
  relational: Relational,
  { topicId, partition, keepFromMs, end }: CompactPlace,
  signal: AbortSignal | undefined,
): Promise<number> {
  const met = new Set<string>();
  let removed = 0;
  let below = end;
  while (signal?.aborted !== true) {
    const { rows } = await relational.query<{ offset: string; isOld: boolean; event: LogEvent }>(pageSql, [
      topicId,
      partition,
      below,
      keepFromMs,
    ]);
    const last = rows.at(-1);
    if (last === undefined) break;
    const stale: string[] = [];
    for (const { offset, isOld, event } of rows) {
      if (isOld && met.has(event.partitionkey)) stale.push(offset);
      met.add(event.partitionkey);
    }
    if (stale.length > 0)
      removed += (
        await relational.query(
          'DELETE FROM event_log.record WHERE topic_id = $1 AND partition = $2 AND record_offset = ANY($3::bigint[])',
          [topicId, partition, stale],
        )
      ).rowCount;
    below = last.offset;
  }
  return removed;
}
