import { finished, limitedNow, startableState, summaryColumns } from './columns.ts';

/** Delayed runs whose moment has come, the longest overdue first. */
export const promoteSql = `
WITH due AS MATERIALIZED (
  SELECT r.workspace_id, r.id FROM jobs.run r WHERE r.state = 'DELAYED' AND r.run_at <= now()
  ORDER BY r.run_at LIMIT $1 FOR UPDATE SKIP LOCKED
)
UPDATE jobs.run r SET state = ${startableState}, limited = ${limitedNow}
FROM due WHERE r.workspace_id = due.workspace_id AND r.id = due.id
RETURNING ${summaryColumns}`;

/**
 * Runs whose lease ended: their runner died, lost the database, or went beyond the time limit. They are taken from it by the next
 * token, and tried again while attempts are left.
 */
export const reapSql = `
WITH lost AS MATERIALIZED (
  SELECT r.workspace_id, r.id, r.started_at + r.time_limit_ms * interval '1 ms' <= now() AS overdue
  FROM jobs.run r WHERE r.state = 'RUNNING' AND r.lease_until <= now()
  ORDER BY r.started_at LIMIT $1 FOR UPDATE SKIP LOCKED
)
UPDATE jobs.run r SET
  state = CASE WHEN r.cancel_requested THEN 'CANCELLED' WHEN r.attempt - r.spent_attempts < r.max_attempts THEN ${startableState} ELSE 'FAILED' END,
  limited = ${limitedNow},
  finished_at = CASE WHEN r.cancel_requested OR r.attempt - r.spent_attempts >= r.max_attempts THEN now() END,
  run_at = now(), lease_until = NULL, overloaded_since = NULL,
  error_code = CASE WHEN r.cancel_requested THEN 'CANCELLED' WHEN lost.overdue THEN 'TIME_LIMIT' ELSE 'LEASE_LOST' END,
  error_message = CASE WHEN r.cancel_requested THEN 'It was cancelled, and its runner was gone.'
    WHEN lost.overdue THEN 'It went on beyond its time limit.' ELSE 'Its runner was not heard of any more.' END
FROM lost WHERE r.workspace_id = lost.workspace_id AND r.id = lost.id
RETURNING ${summaryColumns}`;

/** Runs that wait and do not fit their queue any more. */
const stray = `r.workspace_id = q.workspace_id AND r.queue = q.name AND r.state IN ('QUEUED', 'HELD', 'DELAYED', 'WAITING')
  AND (q.state = 'PAUSED' AND r.state = 'QUEUED' OR q.state <> 'PAUSED' AND r.state = 'HELD' OR r.limited <> q.limited)`;

/**
 * Moves the runs of queues that were changed. A queue is looked at until none of its runs is astray, however late somebody comes to look, and for a minute at the
 * least: whoever enqueued while it was changed saw what it was before. What runs is not looked at: it asks its queue when it is put back.
 */
export const sweepSql = `
WITH strays AS MATERIALIZED (
  SELECT r.workspace_id, r.id, q.state AS queue_state, q.limited
  FROM jobs.queue q JOIN jobs.run r ON ${stray}
  WHERE q.sweep_until > '-infinity'
  LIMIT $1 FOR UPDATE OF r SKIP LOCKED
),
over AS MATERIALIZED (
  SELECT workspace_id, name FROM jobs.queue WHERE sweep_until > '-infinity' AND sweep_until <= now() FOR UPDATE SKIP LOCKED
),
swept AS (
  UPDATE jobs.queue q SET sweep_until = '-infinity' FROM over
  WHERE q.workspace_id = over.workspace_id AND q.name = over.name AND NOT EXISTS (SELECT FROM jobs.run r WHERE ${stray})
)
UPDATE jobs.run r SET limited = s.limited, state = CASE
  WHEN s.queue_state = 'PAUSED' AND r.state = 'QUEUED' THEN 'HELD'
  WHEN s.queue_state <> 'PAUSED' AND r.state = 'HELD' THEN CASE WHEN r.run_at > clock_timestamp() THEN 'DELAYED' ELSE 'QUEUED' END
  ELSE r.state END
FROM strays s WHERE r.workspace_id = s.workspace_id AND r.id = s.id
RETURNING ${summaryColumns}`;

/** Ends up to $1 runs that are ready, of the jobs $2. */
export const giveUpSql = `
WITH given_up AS MATERIALIZED (
  SELECT r.workspace_id, r.id FROM jobs.run r WHERE r.state = 'QUEUED' AND r.job = ANY($2::text[]) LIMIT $1 FOR UPDATE SKIP LOCKED
)
UPDATE jobs.run r SET state = 'FAILED', finished_at = now(), error_code = 'NOT_FOUND',
  error_message = 'It waited for a job that no runner has known for a day.'
FROM given_up g WHERE r.workspace_id = g.workspace_id AND r.id = g.id
RETURNING ${summaryColumns}`;

/** Removes up to $3 runs that finished more than $1 days ago ($2 for dead letters), with all that belongs to them. */
export const forgetSql = `
WITH old AS MATERIALIZED (
  SELECT r.workspace_id, r.id FROM jobs.run r
  WHERE r.created_at < now() - least($1::integer, $2::integer) * interval '1 day' AND r.state IN ${finished}
    AND r.finished_at < now() - CASE WHEN r.state = 'FAILED' THEN $2::integer ELSE $1::integer END * interval '1 day'
  LIMIT $3 FOR UPDATE SKIP LOCKED
),
logs AS (DELETE FROM jobs.run_log l USING old WHERE l.workspace_id = old.workspace_id AND l.run_id = old.id),
needs AS (DELETE FROM jobs.dependency d USING old WHERE d.workspace_id = old.workspace_id AND d.run_id = old.id),
keys AS (DELETE FROM jobs.unique_key u USING old WHERE u.workspace_id = old.workspace_id AND u.run_id = old.id)
DELETE FROM jobs.run r USING old WHERE r.workspace_id = old.workspace_id AND r.id = old.id`;

/** Removes up to $2 of what the inbox has known for more than $1 days. */
export const forgetSeenSql = `
DELETE FROM jobs.inbox i USING (
  SELECT consumer, event_id FROM jobs.inbox WHERE at < now() - $1::integer * interval '1 day' ORDER BY at LIMIT $2 FOR UPDATE SKIP LOCKED
) old WHERE i.consumer = old.consumer AND i.event_id = old.event_id`;
