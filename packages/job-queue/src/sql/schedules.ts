/** The $1 due schedules that come next behind the one that was due at $2 with the id $3, the longest due first. */
export const dueSchedulesSql = `
SELECT s.workspace_id AS "workspaceId", s.id, s.next_at::text AS "nextAt" FROM jobs.schedule s
WHERE s.enabled AND s.next_at <= now() AND (s.next_at, s.id) > ($2::timestamptz, $3::uuid)
ORDER BY s.next_at, s.id LIMIT $1`;

/** A due schedule, locked: one process ticks it, and moves it on in the same transaction. */
export const lockDueScheduleSql = `
SELECT s.workspace_id AS "workspaceId", s.id, s.job, s.cron, s.time_zone AS "timeZone", s.missed, s.request, s.principal,
  extract(epoch FROM s.next_at)::float8 * 1000 AS "nextAtMs", extract(epoch FROM now())::float8 * 1000 AS "nowMs"
FROM jobs.schedule s WHERE s.workspace_id = $1 AND s.id = $2 AND s.enabled AND s.next_at <= now() FOR UPDATE SKIP LOCKED`;

export const moveScheduleSql = `
UPDATE jobs.schedule SET next_at = to_timestamp($3::float8 / 1000), last_at = coalesce(to_timestamp($4::float8 / 1000), last_at),
  last_error_code = NULL, last_error_message = NULL, last_error_at = NULL
WHERE workspace_id = $1 AND id = $2`;

/** Moves one on whose tick started nothing, and tells why. */
export const passTickSql = `
UPDATE jobs.schedule SET next_at = to_timestamp($3::float8 / 1000), last_error_code = $4, last_error_message = $5, last_error_at = now()
WHERE workspace_id = $1 AND id = $2`;
