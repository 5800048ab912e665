import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@tributary/runtime';
import type { Relational, Sql } from '../relational/port.ts';
import { compactTopics } from './embedded-compaction.ts';

const trimEveryMs = 60_000;
/** Compaction reads the whole topic. */
const turnsToCompact = 60;
/** Records a partition loses in one transaction, and what they take in the table: its counter row, which appends need, is held that long. */
const trimStep = 2_000;
const trimStepBytes = 64 * 1024 * 1024;
/** 'trim' in ASCII: one trimmer at a time. */
const trimLock = 0x7472696d;

interface Due {
  readonly topicId: number;
  readonly partition: number;
}

/** Where the oldest record is older than it may be, or all that was left are gaps. Nothing is held for it. */
const dueSql = `
SELECT p.topic_id AS "topicId", p.partition FROM event_log.partition p JOIN event_log.topic t USING (topic_id)
LEFT JOIN LATERAL (
  SELECT timestamp_ms FROM event_log.record r
  WHERE r.topic_id = p.topic_id AND r.partition = p.partition AND r.record_offset >= p.first_offset
  ORDER BY record_offset LIMIT 1
) AS oldest ON true
WHERE t.cleanup = 'delete' AND p.first_offset < p.next_offset
  AND coalesce(oldest.timestamp_ms < (extract(epoch FROM now()) * 1000)::bigint - t.retention_ms, true)
ORDER BY 1, 2`;

const holdSql = 'SELECT FROM event_log.partition WHERE topic_id = $1 AND partition = $2 FOR UPDATE';

/**
 * Looks at the records of one step alone. A statement of its own, after the counter is held: its snapshot then has every record that was appended before, so that a step in
 * which none is kept may pass over all offsets there are.
 */
const trimSql = `
WITH step AS MATERIALIZED (
  SELECT record_offset, timestamp_ms >= (extract(epoch FROM now()) * 1000)::bigint - t.retention_ms AS "isKept",
    sum(size) OVER (ORDER BY record_offset ROWS UNBOUNDED PRECEDING) - size AS before
  FROM event_log.topic t CROSS JOIN LATERAL (
    SELECT r.record_offset, r.timestamp_ms, pg_column_size(r.event) AS size
    FROM event_log.partition p JOIN event_log.record r USING (topic_id, partition)
    WHERE p.topic_id = $1 AND p.partition = $2 AND r.record_offset >= p.first_offset
    ORDER BY r.record_offset LIMIT ${trimStep} + 1
  ) AS first WHERE t.topic_id = $1
), raised AS (
  UPDATE event_log.partition p SET first_offset = due.keep_from FROM (
    SELECT coalesce(min(record_offset), (SELECT next_offset FROM event_log.partition WHERE topic_id = $1 AND partition = $2)) AS keep_from
    FROM (SELECT *, row_number() OVER (ORDER BY record_offset) AS n FROM step) AS numbered
    WHERE "isKept" OR before > ${trimStepBytes} OR n > ${trimStep}
  ) AS due
  WHERE p.topic_id = $1 AND p.partition = $2 AND p.first_offset < due.keep_from
  RETURNING p.first_offset
), removed AS (
  DELETE FROM event_log.record r USING raised
  WHERE r.topic_id = $1 AND r.partition = $2 AND r.record_offset < raised.first_offset
  RETURNING 1
)
SELECT (SELECT count(*) FROM raised)::int AS raised, (SELECT count(*) FROM removed)::int AS removed`;

/** Removes records older than their topic keeps them, in small transactions that hold one partition each; answers how many. */
export async function trimExpired(relational: Relational, signal?: AbortSignal): Promise<number> {
  const { rows } = await relational.query<Due>(dueSql);
  let total = 0;
  for (const due of rows)
    while (signal?.aborted !== true) {
      const step = await relational.transaction((tx) => trimOnce(tx, due));
      total += step.removed;
      if (step.raised === 0) break;
    }
  return total;
}

async function trimOnce(tx: Sql, { topicId, partition }: Due): Promise<{ raised: number; removed: number }> {
  const nothing = { raised: 0, removed: 0 };
  const { rows } = await tx.query<{ taken: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS taken', [
    trimLock,
  ]);
  if (rows[0]?.taken !== true) return nothing;
  await tx.query(holdSql, [topicId, partition]);
  const trimmed = await tx.query<{ raised: number; removed: number }>(trimSql, [topicId, partition]);
  return trimmed.rows[0] ?? nothing;
}

/** Trims once a minute, and compacts once an hour, until disposed. */
export function startTrimming(relational: Relational, log: Logger): AsyncDisposable {
  const stopping = new AbortController();
  const { signal } = stopping;
  const run = async (): Promise<void> => {
    for (let turn = 1; !signal.aborted; turn += 1) {
      await delay(trimEveryMs, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted) return;
      try {
        await trimExpired(relational, signal);
        if (turn % turnsToCompact === 0) await compactTopics(relational, signal);
      } catch (err) {
        log.warn({ err }, 'old records were not trimmed; trying again in a minute');
      }
    }
  };
  const running = run();
  return {
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await running;
    },
  };
}
