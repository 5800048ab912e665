import type { Sql } from '@tributary/engines/relational';
import { CodedError } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';
import type { AnalyticsCore } from '../core.ts';
import { eventType } from './read-funnel.ts';

export interface RetentionRequest {
  readonly cohort: string;
  readonly activity: string;
  readonly period: 'DAY' | 'WEEK' | 'MONTH';
  readonly from: string;
  readonly to: string;
  readonly periods?: number | null | undefined;
}

export interface RetentionAnswer {
  readonly start: string;
  readonly subjects: number;
  readonly active: readonly number[];
}

const mostPeriods = 31;
const mostCohorts = 100;

/**
 * Each subject is in the cohort of the period of its first event in the range. `date_trunc` cuts days, weeks (from Monday) and months in
 * UTC; the distance between two cuts is counted in days, or in months, so that months of any length are one period.
 */
const retentionSql = `
WITH cohort AS MATERIALIZED (
  SELECT subject, min("time") AS at, date_trunc($6, min("time"), 'UTC') AS start FROM analytics.event
  WHERE workspace_id = $1 AND name = $2 AND "time" >= $3 AND "time" < $4 GROUP BY subject
), active AS (
  SELECT DISTINCT c.subject, c.start, date_trunc($6, e."time", 'UTC') AS cut
  FROM cohort c JOIN analytics.event e ON e.workspace_id = $1 AND e.subject = c.subject AND e.name = $5 AND e."time" >= c.at
), distance AS (
  SELECT start, subject, CASE WHEN $6 = 'month'
    THEN (extract(year FROM cut AT TIME ZONE 'UTC') - extract(year FROM start AT TIME ZONE 'UTC')) * 12 + extract(month FROM cut AT TIME ZONE 'UTC') - extract(month FROM start AT TIME ZONE 'UTC')
    ELSE extract(epoch FROM cut - start) / CASE WHEN $6 = 'week' THEN 604800 ELSE 86400 END END::int AS n
  FROM active
)
SELECT s.start, s.subjects, coalesce(json_object_agg(d.n, d.active) FILTER (WHERE d.n IS NOT NULL), '{}') AS active
FROM (SELECT start, count(*)::int AS subjects FROM cohort GROUP BY start) AS s
LEFT JOIN (SELECT start, n, count(*)::int AS active FROM distance WHERE n < $7 GROUP BY start, n) AS d USING (start)
GROUP BY s.start, s.subjects ORDER BY s.start LIMIT $8`;

/** @throws CodedError BAD_USER_INPUT naming the argument that is wrong. */
export async function readRetention(
  core: AnalyticsCore,
  principal: Principal,
  request: RetentionRequest,
): Promise<readonly RetentionAnswer[]> {
  for (const argument of ['cohort', 'activity'] as const) eventType(core, argument, request[argument]);
  const periods = request.periods ?? 8;
  if (periods < 1 || periods > mostPeriods)
    throw new CodedError('BAD_USER_INPUT', `periods is 1 to ${mostPeriods}.`, {
      details: { argument: 'periods', limit: mostPeriods },
    });
  if (Date.parse(request.from) >= Date.parse(request.to))
    throw new CodedError('BAD_USER_INPUT', 'from lies before to.', { details: { argument: 'from' } });
  return cohortsOf(core.relational, principal.workspaceId, { ...request, periods });
}

async function cohortsOf(
  sql: Sql,
  workspaceId: string,
  { cohort, activity, period, from, to, periods }: RetentionRequest & { readonly periods: number },
): Promise<readonly RetentionAnswer[]> {
  const { rows } = await sql.query<{ start: Date; subjects: number; active: Record<string, number> }>(
    retentionSql,
    [workspaceId, cohort, from, to, activity, period.toLowerCase(), periods, mostCohorts + 1],
    'analytics_retention',
  );
  if (rows.length > mostCohorts)
    throw new CodedError(
      'BAD_USER_INPUT',
      `More than ${mostCohorts} cohorts lie in this time; ask for a shorter one, or longer periods.`,
      { details: { argument: 'to', limit: mostCohorts } },
    );
  return rows.map(({ start, subjects, active }) => ({
    start: new Date(start).toISOString(),
    subjects,
    active: Array.from({ length: periods }, (_, n) => active[n] ?? 0),
  }));
}
