import type { Sql } from '@tributary/engines/relational';
import { CodedError } from '@tributary/runtime';
import { whileWaitedFor } from '../adapters/funnel-events.ts';
import type { AnalyticsCore } from '../core.ts';
import type { Asking } from './asking.ts';
import { eventType } from './read-funnel.ts';

export interface RetentionRequest {
  readonly cohort: string;
  readonly activity: string;
  readonly period: 'DAY' | 'WEEK' | 'MONTH';
  readonly from: string;
  readonly to: string;
  readonly periods?: number | null | undefined;
  readonly timeZone?: string | null | undefined;
}

export interface RetentionAnswer {
  readonly start: string;
  readonly subjects: number;
  readonly active: readonly number[];
}

const mostPeriods = 31;
const mostCohorts = 100;
/** The days with a change of the clocks, and the longest months. */
const longestMs = { DAY: 25 * 3_600_000, WEEK: 169 * 3_600_000, MONTH: 745 * 3_600_000 } as const;

/** From the start of a cohort to a later cut: months by the calendar, so that months of any length are one; else days of local time, of which a change of the clocks makes none longer. */
const distanceSql = (cut: string): string => `(CASE WHEN $6 = 'month'
    THEN (extract(year FROM ${cut}) - extract(year FROM start)) * 12 + extract(month FROM ${cut}) - extract(month FROM start)
    ELSE (${cut}::date - start::date) / CASE WHEN $6 = 'week' THEN 7 ELSE 1 END END)::int`;

/**
 * Each subject is in the cohort of the period of its first event in the range. `date_trunc` cuts days, weeks (from Monday) and months in
 * local time. `begun` is how many periods there have been by now.
 */
const retentionSql = `
WITH cohort AS MATERIALIZED (
  SELECT subject, min("time") AS at, date_trunc($6, min("time") AT TIME ZONE $9::text) AS start FROM analytics.event
  WHERE workspace_id = $1 AND name = $2 AND "time" >= $3 AND "time" < $4 GROUP BY subject
), active AS (
  SELECT DISTINCT c.subject, c.start, date_trunc($6, e."time" AT TIME ZONE $9::text) AS cut
  FROM cohort c JOIN analytics.event e ON e.workspace_id = $1 AND e.subject = c.subject AND e.name = $5 AND e."time" >= c.at AND e."time" < $11
), distance AS (
  SELECT start, subject, ${distanceSql('cut')} AS n FROM active
)
SELECT s.start AT TIME ZONE $9::text AS start, s.subjects, s.begun, coalesce(json_object_agg(d.n, d.active) FILTER (WHERE d.n IS NOT NULL), '{}') AS active
FROM (
  SELECT start, count(*)::int AS subjects, ${distanceSql('date_trunc($6, $10::timestamptz AT TIME ZONE $9::text)')} + 1 AS begun
  FROM cohort GROUP BY start
) AS s
LEFT JOIN (SELECT start, n, count(*)::int AS active FROM distance WHERE n < $7 GROUP BY start, n) AS d USING (start)
GROUP BY s.start, s.subjects, s.begun ORDER BY s.start LIMIT $8`;

/**
 * One question of a workspace at a time.
 * @throws CodedError BAD_USER_INPUT naming the argument that is wrong; OVERLOADED; DEADLINE_EXCEEDED when nobody waits any more
 */
export async function readRetention(
  core: AnalyticsCore,
  { principal, signal }: Asking,
  request: RetentionRequest,
): Promise<readonly RetentionAnswer[]> {
  for (const argument of ['cohort', 'activity'] as const) eventType(core, argument, request[argument]);
  const periods = request.periods ?? 8;
  if (periods < 1 || periods > mostPeriods)
    throw new CodedError('BAD_USER_INPUT', `periods is 1 to ${mostPeriods}.`, {
      details: { argument: 'periods', limit: mostPeriods },
    });
  if (Date.parse(request.from) >= Date.parse(request.to))
    throw new CodedError('BAD_USER_INPUT', 'from must lie before to.', { details: { argument: 'from' } });
  const timeZone = request.timeZone ?? 'UTC';
  if (!isTimeZone(timeZone))
    throw new CodedError(
      'BAD_USER_INPUT',
      'timeZone is UTC or the name of a place in the IANA database, like Europe/Zurich.',
      {
        details: { argument: 'timeZone' },
      },
    );
  const nowMs = core.clock.now();
  const { workspaceId } = principal;
  return core.histories.run({ who: workspaceId, signal }, () =>
    core.relational.transaction(
      (tx) => cohortsOf(tx, workspaceId, { ...request, periods, timeZone, nowMs }),
      whileWaitedFor(signal),
    ),
  );
}

async function cohortsOf(
  sql: Sql,
  workspaceId: string,
  asked: RetentionRequest & { readonly periods: number; readonly timeZone: string; readonly nowMs: number },
): Promise<readonly RetentionAnswer[]> {
  const { cohort, activity, from, to, periods, timeZone } = asked;
  const period = asked.period.toLowerCase();
  const now = new Date(asked.nowMs);
  // Nothing after the last period of the last cohort is looked at.
  const horizon = new Date(Date.parse(to) + (periods + 1) * longestMs[asked.period]);
  const { rows } = await sql.query<{
    start: Date;
    subjects: number;
    begun: number;
    active: Record<string, number>;
  }>(
    retentionSql,
    [workspaceId, cohort, from, to, activity, period, periods, mostCohorts + 1, timeZone, now, horizon],
    'analytics_retention',
  );
  if (rows.length > mostCohorts)
    throw new CodedError(
      'BAD_USER_INPUT',
      `More than ${mostCohorts} cohorts lie in this time; ask for a shorter one, or longer periods.`,
      { details: { argument: 'to', limit: mostCohorts } },
    );
  return rows.map(({ start, subjects, begun, active }) => ({
    start: new Date(start).toISOString(),
    subjects,
    active: Array.from({ length: Math.max(1, Math.min(periods, begun)) }, (_, n) => active[n] ?? 0),
  }));
}

/**
 * Names of places: of offsets, PostgreSQL reads the sign the other way round, and a short name is an abbreviation to it first, which is another zone than
 * the IANA database has (CET without a summer, IST of Israel).
 */
function isTimeZone(name: string): boolean {
  if (name !== 'UTC' && !/^[A-Za-z_]+\//.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
