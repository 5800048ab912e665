import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@tributary/runtime';
import type { Relational, Sql } from '../relational/port.ts';
import { compactTopics } from './embedded-compaction.ts';

const trimEveryMs = 60_000;
/** Compaction reads the whole topic. */
const turnsToCompact = 60;
/** Records a partition loses in one transaction: its counter row, which appends need, is held that long. */
const trimStep = 5_000;
/** 'trim' in ASCII: one trimmer at a time. */
const trimLock = 0x7472696d;

/** In the order in which appends lock them. */
const holdSql = 'SELECT FROM event_log.partition ORDER BY topic_id, partition FOR UPDATE';

/** A statement of its own, after the counters are held: its snapshot then has every record that was appended before. */
const trimSql = `
WITH due AS MATERIALIZED (
  SELECT p.topic_id, p.partition, least(p.first_offset + ${trimStep}, coalesce((
    SELECT record_offset FROM event_log.record r
    WHERE r.topic_id = p.topic_id AND r.partition = p.partition
      AND r.timestamp_ms >= (extract(epoch FROM now()) * 1000)::bigint - t.retention_ms
    ORDER BY record_offset LIMIT 1), p.next_offset)) AS keep_from
  FROM event_log.partition p JOIN event_log.topic t USING (topic_id) WHERE t.cleanup = 'delete'
), raised AS (
  UPDATE event_log.partition p SET first_offset = due.keep_from FROM due
  WHERE p.topic_id = due.topic_id AND p.partition = due.partition AND p.first_offset < due.keep_from
  RETURNING p.topic_id, p.partition, p.first_offset
), removed AS (
  DELETE FROM event_log.record r USING raised
  WHERE r.topic_id = raised.topic_id AND r.partition = raised.partition AND r.record_offset < raised.first_offset
  RETURNING 1
)
SELECT (SELECT count(*) FROM raised)::int AS raised, (SELECT count(*) FROM removed)::int AS removed`;

/** Removes records older than their topic keeps them, in small transactions; answers how many. */
export async function trimExpired(relational: Relational): Promise<number> {
  let total = 0;
  for (;;) {
    const step = await relational.transaction(trimOnce);
    total += step.removed;
    if (step.raised === 0) return total;
  }
}

async function trimOnce(tx: Sql): Promise<{ raised: number; removed: number }> {
  const nothing = { raised: 0, removed: 0 };
  const { rows } = await tx.query<{ taken: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS taken', [
    trimLock,
  ]);
  if (rows[0]?.taken !== true) return nothing;
  await tx.query(holdSql);
  const trimmed = await tx.query<{ raised: number; removed: number }>(trimSql);
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
        await trimExpired(relational);
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
