import type { LogEvent } from '../event-log/port.ts';
import type { Sql } from '../relational/port.ts';

export interface WaitingEventsOptions {
  readonly topics: readonly string[];
  readonly types: readonly string[];
  /** The last row of the page before; undefined begins with the oldest. */
  readonly after: string | undefined;
  readonly limit: number;
}

export interface EventInOutbox {
  readonly row: string;
  readonly event: LogEvent;
}

/** The type is read of chosen topics only: reading it decodes every text of an event, and fails on \\u0000, which others may hold. */
const waitingSql = `
SELECT id::text AS row, event::text AS text FROM outbox.event
WHERE id > $3 AND CASE WHEN topic = ANY($1) THEN event ->> 'type' = ANY($2) END
ORDER BY id LIMIT $4`;

/**
 * A page of events that are committed and that the log does not have, oldest first: for whoever must know of them also while the log, or the relay, is away.
 * A row that becomes visible late is not in a page after its number: begin with the oldest each time.
 */
export async function waitingEvents(
  sql: Sql,
  { topics, types, after = '0', limit }: WaitingEventsOptions,
): Promise<readonly EventInOutbox[]> {
  const { rows } = await sql.query<{ row: string; text: string }>(
    waitingSql,
    [topics, types, after, limit],
    'outbox_waiting_of',
  );
  return rows.map(({ row, text }) => ({ row, event: JSON.parse(text) as LogEvent }));
}
