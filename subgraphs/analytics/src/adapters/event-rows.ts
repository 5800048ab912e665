import type { Sql } from '@tributary/engines/relational';
import { CodedError } from '@tributary/runtime';

const pageRows = 5_000;

export interface EventRange {
  readonly workspaceId: string;
  readonly from: string;
  readonly to: string;
}

export interface EventSource {
  readonly sql: Sql;
  readonly range: EventRange;
  /** Most events of a table. */
  readonly maxEvents: number;
}

const linesSql = (eventName: string | undefined): string => `
SELECT event_id AS id, (${eventName === undefined ? "jsonb_build_object('name', name, 'properties', properties::text)" : 'properties'}
  || jsonb_build_object('id', event_id, 'subject', subject, 'time', to_char("time" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS'),
       'received_at', to_char(received_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS')))::text AS line
FROM analytics.event
WHERE workspace_id = $1 AND event_id > $2 AND "time" >= $3 AND "time" < $4 ${eventName === undefined ? '' : 'AND name = $6'}
ORDER BY event_id LIMIT $5`;

/** The events of a range, of one kind or all, as JSON Lines in the order of their key. @throws CodedError QUERY_TOO_LARGE */
export async function* eventLines(
  eventName: string | undefined,
  { sql, range, maxEvents }: EventSource,
): AsyncGenerator<Uint8Array> {
  const statement = linesSql(eventName);
  const { workspaceId, from, to } = range;
  let after = '00000000-0000-0000-0000-000000000000';
  for (let read = 0; ; ) {
    const values = [workspaceId, after, from, to, pageRows, ...(eventName === undefined ? [] : [eventName])];
    const { rows } = await sql.query<{ id: string; line: string }>(statement, values);
    read += rows.length;
    if (read > maxEvents) {
      throw new CodedError(
        'QUERY_TOO_LARGE',
        `There are more than ${maxEvents} events from ${from} to ${to}; ask for less time, or enqueue export-query.`,
        {
          details: { limit: maxEvents, from, to },
        },
      );
    }
    if (rows.length > 0) yield Buffer.from(`${rows.map(({ line }) => line).join('\n')}\n`);
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageRows) return;
    after = last.id;
  }
}
