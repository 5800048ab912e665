/** Due schedules, locked: one process ticks each of them, and moves it on in the same transaction. */
export const dueSchedulesSql = `
SELECT s.workspace_id AS "workspaceId", s.id, s.job, s.cron, s.time_zone AS "timeZone", s.missed, s.request, s.principal,
  extract(epoch FROM s.next_at)::float8 * 1000 AS "nextAtMs", extract(epoch FROM now())::float8 * 1000 AS "nowMs"
FROM jobs.schedule s WHERE s.enabled AND s.next_at <= now()
ORDER BY s.next_at LIMIT $1 FOR UPDATE SKIP LOCKED`;

export const moveScheduleSql = `
UPDATE jobs.schedule SET next_at = to_timestamp($3::float8 / 1000), last_at = coalesce(to_timestamp($4::float8 / 1000), last_at)
WHERE workspace_id = $1 AND id = $2`;
