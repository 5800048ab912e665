import type { Sql } from '@tributary/engines/relational';

/**
 * True when `consumer` meets this event, or this run, for the first time. In the transaction of the effect: both commit, or neither, so
 * that what is delivered at least once takes effect once.
 */
export async function isFirst(tx: Sql, consumer: string, eventId: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    'INSERT INTO jobs.inbox (consumer, event_id) VALUES ($1, $2) ON CONFLICT DO NOTHING',
    [consumer, eventId],
    'jobs_inbox',
  );
  return rowCount > 0;
}
