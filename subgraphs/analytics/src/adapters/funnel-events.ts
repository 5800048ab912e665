import type { Sql } from '@tributary/engines/relational';
import type { FunnelEvent } from '../domain/funnel.ts';

export interface FunnelSelection {
  readonly workspaceId: string;
  /** What the event of each step is called, and which properties it has: by property, one of these values as JSON. */
  readonly steps: readonly {
    readonly event: string;
    readonly where: Readonly<Record<string, readonly unknown[]>>;
  }[];
  readonly fromMs: number;
  /** The end of what the last step may be. */
  readonly toMs: number;
  readonly by: string | undefined;
  readonly limit: number;
}

/** The events that are steps, by subject and time. */
export async function funnelEvents(sql: Sql, selection: FunnelSelection): Promise<readonly FunnelEvent[]> {
  const values: unknown[] = [selection.workspaceId, new Date(selection.fromMs), new Date(selection.toMs)];
  const param = (value: unknown): string => `$${values.push(value)}`;
  const conditions = selection.steps.map(({ event, where }) =>
    [
      `name = ${param(event)}`,
      ...Object.entries(where).map(
        ([name, among]) =>
          `properties -> ${param(name)} = ANY(${param(among.map((value) => JSON.stringify(value)))}::jsonb[])`,
      ),
    ].join(' AND '),
  );
  const key = selection.by === undefined ? 'NULL::jsonb' : `properties -> ${param(selection.by)}`;
  const { rows } = await sql.query<{
    subject: string;
    timeMs: number;
    steps: boolean[];
    key: FunnelEvent['key'];
  }>(
    `SELECT subject, (extract(epoch FROM "time") * 1000)::float8 AS "timeMs", ARRAY[${conditions.join(', ')}] AS steps, ${key} AS key
     FROM analytics.event
     WHERE workspace_id = $1 AND "time" >= $2 AND "time" < $3 AND (${conditions.map((condition) => `(${condition})`).join(' OR ')})
     ORDER BY subject, "time", event_id LIMIT ${param(selection.limit)}`,
    values,
  );
  return rows.map((row) => ({ ...row, steps: row.steps.flatMap((is, step) => (is ? [step] : [])) }));
}
