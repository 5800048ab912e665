import type { Sql } from '@tributary/engines/relational';

/** Known from when it came last: what is redriven, and given up by another consumer once more, has a letter of its own that long. Written once a day at most. */
const cameAgain = `ON CONFLICT (consumer, event_id) DO UPDATE SET at = now() WHERE inbox.at < now() - interval '1 day'`;

/**
 * True when `consumer` meets this event, or this run, for the first time. In the transaction of the effect: both commit, or neither, so
 * that what is delivered at least once takes effect once.
 */
export async function isFirst(tx: Sql, consumer: string, eventId: string): Promise<boolean> {
  return (await firstOf(tx, consumer, { events: [eventId], idOf: (id) => id })).length > 0;
}

/** Those of these events that `consumer` meets for the first time, each once however often it is among them; as `isFirst`, for many at once. */
export async function firstOf<Event>(
  tx: Sql,
  consumer: string,
  { events, idOf }: { readonly events: readonly Event[]; readonly idOf: (event: Event) => string },
): Promise<Event[]> {
  const { rows } = await tx.query<{ id: string; isNew: boolean }>(
    `INSERT INTO jobs.inbox (consumer, event_id) SELECT $1, * FROM unnest($2::text[])
     ${cameAgain} RETURNING event_id AS id, xmax = 0 AS "isNew"`,
    [consumer, [...new Set(events.map(idOf))]],
    'jobs_inbox_many',
  );
  const first = new Set(rows.flatMap(({ id, isNew }) => (isNew ? [id] : [])));
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
