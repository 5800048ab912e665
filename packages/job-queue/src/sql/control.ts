import { finished, limitedNow, startableState, summaryColumns } from './columns.ts';
import { isMet } from './dependents.ts';

/** Locks what run $2 waits for, before the run itself, as whoever drives one of them again does. */
export const lockWaitedForSql = `
SELECT FROM jobs.run p
WHERE p.workspace_id = $1 AND p.id = ANY(ARRAY(SELECT d.depends_on FROM jobs.dependency d WHERE d.workspace_id = $1 AND d.run_id = $2))
ORDER BY p.id FOR UPDATE`;

const unmet = (runId: string): string => `
SELECT p.id FROM jobs.dependency d JOIN jobs.run p ON p.workspace_id = $1 AND p.id = d.depends_on
WHERE d.workspace_id = $1 AND d.run_id = ${runId} AND p.state IN ${finished} AND NOT ${isMet}`;
const neverBegan = `r.state IN ('FAILED', 'CANCELLED', 'SKIPPED') AND r.started_at IS NULL`;

/**
 * The first of the runs because of which run $2 never began, and would not begin: of those it waits for, or waited for in turn, one that ended otherwise
 * than it was to, and not because of another. Those that can be driven again come first.
 */
export const firstInTheWaySql = `
WITH RECURSIVE above AS (
  SELECT $2::uuid AS id
  UNION
  SELECT p.id FROM above a JOIN jobs.run r ON r.workspace_id = $1 AND r.id = a.id AND ${neverBegan}
  CROSS JOIN LATERAL (${unmet('r.id')}) p
)
SELECT r.id, r.state FROM above a JOIN jobs.run r ON r.workspace_id = $1 AND r.id = a.id
WHERE r.id <> $2 AND NOT (${neverBegan} AND EXISTS (${unmet('r.id')}))
ORDER BY r.state IN ('FAILED', 'CANCELLED') DESC, r.created_at, r.id LIMIT 1`;

/** Starts a dead letter, or a cancelled run, anew: same input, same checkpoint, all attempts once more. It waits for what it depends on and has not ended. */
export const redriveSql = `
UPDATE jobs.run r SET
  state = CASE WHEN EXISTS (SELECT FROM jobs.dependency d JOIN jobs.run p ON p.workspace_id = $1 AND p.id = d.depends_on
    WHERE d.workspace_id = $1 AND d.run_id = $2 AND p.state NOT IN ${finished}) THEN 'WAITING' ELSE ${startableState} END,
  limited = ${limitedNow},
  spent_attempts = r.attempt, overloaded_since = NULL, run_at = now(), finished_at = NULL, cancel_requested = false, error_code = NULL, error_message = NULL, principal = $3
WHERE r.workspace_id = $1 AND r.id = $2 AND r.state IN ('FAILED', 'CANCELLED')
RETURNING ${summaryColumns}`;

/** What was skipped because run $2 failed, or cancelled with it before it began, but for $3 and what hangs on those alone. */
export const skippedBelowSql = `
WITH RECURSIVE below AS (
  SELECT d.run_id AS id FROM jobs.dependency d WHERE d.workspace_id = $1 AND d.depends_on = $2
  UNION
  SELECT d.run_id FROM below b
  JOIN jobs.run s ON s.workspace_id = $1 AND s.id = b.id AND s.state IN ('SKIPPED', 'CANCELLED') AND s.started_at IS NULL AND s.id <> ALL($3::uuid[])
  JOIN jobs.dependency d ON d.workspace_id = $1 AND d.depends_on = b.id
)
SELECT r.id FROM jobs.run r
WHERE r.workspace_id = $1 AND r.id IN (SELECT id FROM below) AND r.state IN ('SKIPPED', 'CANCELLED') AND r.started_at IS NULL AND r.id <> ALL($3::uuid[])
ORDER BY r.id FOR UPDATE`;

/** Those of them that wait for it again. */
export const reopenSql = `
UPDATE jobs.run r SET state = 'WAITING', finished_at = NULL, cancel_requested = false, error_code = NULL, error_message = NULL
WHERE r.workspace_id = $1 AND r.id = ANY($2::uuid[])
RETURNING ${summaryColumns}`;

/** The first of the queues $2 that is draining. */
export const drainingSql = `
SELECT q.name FROM jobs.queue q WHERE q.workspace_id = $1 AND q.name = ANY($2::text[]) AND q.state = 'DRAINING' ORDER BY q.name LIMIT 1`;

export const originalSql = `
SELECT job, queue, priority, key, input, max_attempts AS "maxAttempts", backoff_ms AS "backoffMs", backoff_max_ms AS "backoffMaxMs",
  time_limit_ms AS "timeLimitMs"
FROM jobs.run WHERE workspace_id = $1 AND id = $2`;

/**
 * Null leaves a setting as it is; a limit of 0 takes it away. Only when the queue is at version $9, where that is given; one without a row is at 0. Who else makes one at this moment
 * is waited for, and compared with.
 */
export const setQueueSql = `
INSERT INTO jobs.queue AS q (workspace_id, name, state, concurrency, key_concurrency, rate_limit, key_rate_limit, rate_period_ms, sweep_until)
SELECT $1::uuid, $2::text, coalesce($3::text, 'RUNNING'), nullif($4::integer, 0), nullif($5::integer, 0), nullif($6::integer, 0), nullif($7::integer, 0),
  coalesce($8::integer, 60000), now() + interval '1 minute'
WHERE coalesce($9::integer, 0) = 0 OR EXISTS (SELECT FROM jobs.queue p WHERE p.workspace_id = $1::uuid AND p.name = $2::text)
ON CONFLICT (workspace_id, name) DO UPDATE SET version = q.version + 1,
  state = coalesce($3::text, q.state),
  concurrency = CASE WHEN $4::integer IS NULL THEN q.concurrency ELSE EXCLUDED.concurrency END,
  key_concurrency = CASE WHEN $5::integer IS NULL THEN q.key_concurrency ELSE EXCLUDED.key_concurrency END,
  rate_limit = CASE WHEN $6::integer IS NULL THEN q.rate_limit ELSE EXCLUDED.rate_limit END,
  key_rate_limit = CASE WHEN $7::integer IS NULL THEN q.key_rate_limit ELSE EXCLUDED.key_rate_limit END,
  rate_period_ms = coalesce($8::integer, q.rate_period_ms),
  sweep_until = now() + interval '1 minute'
WHERE $9::integer IS NULL OR q.version = $9::integer
RETURNING name, version, state, concurrency, key_concurrency AS "keyConcurrency", rate_limit AS "rateLimit", key_rate_limit AS "keyRateLimit",
  rate_period_ms AS "ratePeriodMs"`;
