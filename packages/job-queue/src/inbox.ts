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

/** Those of these events that `consumer` meets for the first time, each once however often it is among them; as `isFirst`, for many at once. */
export async function firstOf<Event>(
  tx: Sql,
  consumer: string,
  { events, idOf }: { readonly events: readonly Event[]; readonly idOf: (event: Event) => string },
): Promise<Event[]> {
  const { rows } = await tx.query<{ id: string }>(
    `INSERT INTO jobs.inbox (consumer, event_id) SELECT $1, * FROM unnest($2::text[])
     ON CONFLICT DO NOTHING RETURNING event_id AS id`,
    [consumer, events.map(idOf)],
    'jobs_inbox_many',
  );
  const first = new Set(rows.map(({ id }) => id));
  // Taken out when it is met: a log may hand out copies of an event in one batch.
  return events.filter((event) => first.delete(idOf(event)));
}

/** Lets these events come again as if `consumer` had not met them: they took no effect. In the transaction that met them. */
export async function unmet(tx: Sql, consumer: string, eventIds: readonly string[]): Promise<void> {
  await tx.query(
    'DELETE FROM jobs.inbox WHERE consumer = $1 AND event_id = ANY($2::text[])',
    [consumer, eventIds],
    'jobs_inbox_unmet',
  );
}
