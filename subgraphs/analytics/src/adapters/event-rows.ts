import type { Sql } from '@tributary/engines/relational';
import { CodedError, fittingParts } from '@tributary/runtime';
import type { EventType } from '../domain/row-type.ts';
import { typedProperties } from './typed-properties.ts';

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

/** The kinds a workspace has events of, declared or not: one probe of the index a kind. */
const kindsSql = `
WITH RECURSIVE kind AS (
  (SELECT name FROM analytics.event WHERE workspace_id = $1 ORDER BY name LIMIT 1)
  UNION ALL
  SELECT (SELECT e.name FROM analytics.event e WHERE e.workspace_id = $1 AND e.name > kind.name ORDER BY e.name LIMIT 1)
  FROM kind WHERE kind.name IS NOT NULL
)
SELECT name FROM kind WHERE name IS NOT NULL`;

const moment = (column: string): string =>
  `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS')`;

/** The fields of every row: a property of one of these names gives way. */
const ownFields = "'{id,subject,time,received_at}'::text[]";

/**
 * Along the index of workspace, kind and time, so that a week of many years costs a week. Of own fields and what is told a text is made at once: an object of both would first be built and then be
 * written, which takes twice as long. What is told is computed in a subquery with a limit, which the planner leaves one: it would be computed wherever it is named.
 */
const linesSql = (told: string): string => `
SELECT id, "time", '{"id":"' || id || '","subject":' || to_json(subject) || ',"time":"' || ${moment('"time"')} || '","received_at":"' || ${moment('received_at')} || '"'
  || CASE told WHEN '{}' THEN '}' ELSE ',' || substr(told::text, 2) END AS line
FROM (
  SELECT id, subject, "time", received_at, CASE WHEN told ?| ${ownFields} THEN told - ${ownFields} ELSE told END AS told
  FROM (
    SELECT event_id AS id, subject, "time", received_at, ${told} AS told
    FROM analytics.event
    WHERE workspace_id = $1 AND name = $2 AND ("time", event_id) > ($3, $4) AND "time" < $5
    ORDER BY "time", event_id LIMIT $6
  ) event
  OFFSET 0
) event
ORDER BY "time", id`;

const everyKindSql = linesSql("jsonb_build_object('name', name, 'properties', properties::text)");

/** The events of a range, of one kind or all, as JSON Lines, by kind and time; properties of one kind are of their declared types. @throws CodedError QUERY_TOO_LARGE */
export async function* eventLines(
  only: EventType | undefined,
  { sql, range, maxEvents }: EventSource,
): AsyncGenerator<Uint8Array> {
  const { workspaceId, from, to } = range;
  const kinds = only === undefined ? await kindsOf(sql, workspaceId) : [only.eventName];
  const statement = only === undefined ? everyKindSql : linesSql(typedProperties(only));
  let read = 0;
  for (const kind of kinds) {
    // An event may have 50 texts of 1,000 characters: not how many they are bounds what is held, but how long.
    const parts = fittingParts<EventLine>(async ({ after = beginning(from), size, mostBytes }) => {
      const values = [workspaceId, kind, after.time, after.id, to, size];
      return (await sql.query<EventLine>(statement, values, { mostBytes })).rows;
    });
    for await (const lines of parts) {
      read += lines.length;
      if (read > maxEvents) throw tooMany(range, maxEvents);
      yield Buffer.from(`${lines.map(({ line }) => line).join('\n')}\n`);
    }
  }
}

interface EventLine {
  readonly id: string;
  readonly time: Date;
  readonly line: string;
}

function beginning(from: string): Omit<EventLine, 'line'> {
  return { time: new Date(from), id: '00000000-0000-0000-0000-000000000000' };
}

async function kindsOf(sql: Sql, workspaceId: string): Promise<readonly string[]> {
  const { rows } = await sql.query<{ name: string }>(kindsSql, [workspaceId]);
  return rows.map(({ name }) => name);
}

function tooMany({ from, to }: EventRange, limit: number): CodedError {
  return new CodedError(
    'QUERY_TOO_LARGE',
    `There are more than ${limit} events from ${from} to ${to}; ask for less time, or enqueue export-query.`,
    { details: { limit, from, to } },
  );
}
