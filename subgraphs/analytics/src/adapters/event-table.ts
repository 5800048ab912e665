import type { Sql } from '@tributary/engines/relational';
import type { TrackedEvent } from '../domain/tracked-event.ts';

export interface StoredEvent extends TrackedEvent {
  readonly id: string;
}

/** Sorted, so that two calls with the same ids never wait for each other in a circle. */
const insertSql = `
INSERT INTO analytics.event (workspace_id, event_id, name, subject, "time", received_at, properties)
SELECT $1, id, name, subject, "time", $2, properties
FROM json_to_recordset($3) AS e(id uuid, name text, subject text, "time" timestamptz, properties jsonb)
ORDER BY id
ON CONFLICT (workspace_id, event_id) DO NOTHING
RETURNING event_id AS id`;

/** Stores the events that are not there yet; answers their ids. */
export async function insertEvents(
  tx: Sql,
  {
    workspaceId,
    receivedAt,
    events,
  }: { readonly workspaceId: string; readonly receivedAt: string; readonly events: readonly StoredEvent[] },
): Promise<ReadonlySet<string>> {
  const { rows } = await tx.query<{ id: string }>(
    insertSql,
    [workspaceId, receivedAt, JSON.stringify(events)],
    'analytics_track',
  );
  return new Set(rows.map(({ id }) => id));
}
