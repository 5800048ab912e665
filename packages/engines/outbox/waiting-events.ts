import type { LogEvent } from '../event-log/port.ts';
import type { Sql } from '../relational/port.ts';

export interface WaitingPage {
  /** The last row of the page before; undefined begins with the oldest. */
  readonly after: string | undefined;
  readonly limit: number;
}

export interface EventInOutbox {
  readonly row: string;
  readonly event: LogEvent;
}

/** Topics that tell of rights, as SQL: an index knows them, so that what else waits is not looked through. */
const topicsOfRights = `topic IN ('identity.session', 'identity.member', 'identity.api_key')`;

export const rightsIndex = {
  name: 'outbox.event_of_rights',
  on: `outbox.event (id) WHERE ${topicsOfRights}`,
} as const;

/** The type is read of these topics only: reading it decodes every text of an event, and fails on \\u0000, which others may hold. */
const waitingSql = `
SELECT id::text AS row, event::text AS text FROM outbox.event
WHERE id > $1 AND ${topicsOfRights} AND CASE WHEN ${topicsOfRights} THEN event ->> 'type' IN (
  'identity.session.ended', 'identity.member.added', 'identity.member.role_changed', 'identity.member.removed',
  'identity.api_key.revoked') END
ORDER BY id LIMIT $2`;

/**
 * A page of changes of rights that are committed and that the log does not have, oldest first: for whoever must know of them also while the log, or the relay, is away.
 * A row that becomes visible late is not in a page after its number: begin with the oldest each time.
 */
export async function waitingChangesOfRights(
  sql: Sql,
  { after = '0', limit }: WaitingPage,
): Promise<readonly EventInOutbox[]> {
  const { rows } = await sql.query<{ row: string; text: string }>(
    waitingSql,
    [after, limit],
    'outbox_waiting_rights',
  );
  return rows.map(({ row, text }) => ({ row, event: JSON.parse(text) as LogEvent }));
}
