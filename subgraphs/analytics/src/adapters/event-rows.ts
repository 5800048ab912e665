import type { BatchColumn, BatchColumnType, BatchTable } from '@tributary/engines/batch-engine';
import type { Sql } from '@tributary/engines/relational';
import { CodedError } from '@tributary/runtime';
import type { EventType, EventTypes, FieldType } from '../domain/row-type.ts';

const pageRows = 5_000;
/** Most events of a table: 200 bytes each, they are 100 MB on their way to the engine. */
export const maxTableEvents = 500_000;

export interface EventRange {
  readonly workspaceId: string;
  readonly from: string;
  readonly to: string;
}

const columnTypes: Readonly<Record<FieldType, BatchColumnType>> = {
  String: 'STRING',
  Int: 'BIGINT',
  Float: 'DOUBLE',
  Boolean: 'BOOLEAN',
  DateTime: 'TIMESTAMP',
  ID: 'STRING',
};
const ownColumns: readonly BatchColumn[] = [
  { name: 'id', type: 'STRING' },
  { name: 'subject', type: 'STRING' },
  { name: 'time', type: 'TIMESTAMP' },
  { name: 'received_at', type: 'TIMESTAMP' },
];

/** `page_viewed` for `page.viewed`. */
export function tableName(eventName: string): string {
  return eventName.replaceAll(/[^A-Za-z0-9]/g, '_').toLowerCase();
}

/**
 * The tables of one workspace's events, those alone that the text of the query names somewhere: what it does not name it cannot read, and reading costs.
 * Rows are chosen by workspace here, before the query's engine sees one.
 */
export function eventTables(
  sql: Sql,
  types: EventTypes,
  { text, range }: { readonly text: string; readonly range: EventRange },
): readonly BatchTable[] {
  const named = text.toLowerCase();
  const all: BatchTable[] = [
    {
      name: 'events',
      format: 'JSON',
      columns: [...ownColumns, { name: 'name', type: 'STRING' }, { name: 'properties', type: 'STRING' }],
      files: [{ read: () => eventLines(sql, range, undefined) }],
    },
    ...[...types.values()].map(
      (type): BatchTable => ({
        name: tableName(type.eventName),
        format: 'JSON',
        columns: [...ownColumns, ...propertyColumns(type)],
        files: [{ read: () => eventLines(sql, range, type.eventName) }],
      }),
    ),
  ];
  return all.filter(({ name }) => named.includes(name));
}

/** A property named as a column that every event has gives way to it. */
function propertyColumns({ fields }: EventType): readonly BatchColumn[] {
  return fields
    .filter(({ name }) => !ownColumns.some((own) => own.name === name.toLowerCase()))
    .map(({ name, type }) => ({ name, type: columnTypes[type] }));
}

const linesSql = (eventName: string | undefined): string => `
SELECT event_id AS id, (${eventName === undefined ? "jsonb_build_object('name', name, 'properties', properties::text)" : 'properties'}
  || jsonb_build_object('id', event_id, 'subject', subject, 'time', to_char("time" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS'),
       'received_at', to_char(received_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS')))::text AS line
FROM analytics.event
WHERE workspace_id = $1 AND event_id > $2 AND "time" >= $3 AND "time" < $4 ${eventName === undefined ? '' : 'AND name = $6'}
ORDER BY event_id LIMIT $5`;

/** The events of a range as JSON Lines, in the order of their key. @throws CodedError QUERY_TOO_LARGE */
async function* eventLines(
  sql: Sql,
  range: EventRange,
  eventName: string | undefined,
): AsyncIterable<Uint8Array> {
  const statement = linesSql(eventName);
  const { workspaceId, from, to } = range;
  let after = '00000000-0000-0000-0000-000000000000';
  for (let read = 0; ; ) {
    const values = [workspaceId, after, from, to, pageRows, ...(eventName === undefined ? [] : [eventName])];
    const { rows } = await sql.query<{ id: string; line: string }>(statement, values);
    read += rows.length;
    if (read > maxTableEvents) {
      throw new CodedError(
        'QUERY_TOO_LARGE',
        `There are more than ${maxTableEvents} events from ${from} to ${to}; ask for less time.`,
        {
          details: { limit: maxTableEvents, from, to },
        },
      );
    }
    if (rows.length > 0) yield Buffer.from(`${rows.map(({ line }) => line).join('\n')}\n`);
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageRows) return;
    after = last.id;
  }
}
