import { freeOf, isFree, isHeld, leases, summaryColumns } from './columns.ts';

/**
 * Renews the leases of $1 by $2 ms, but never beyond the run's time limit and $3 ms of grace: nobody holds a run for ever. One whose row somebody has locked is
 * answered as held and not renewed.
 */
export const heartbeatSql = `
WITH ${freeOf(leases)},
renewed AS (
  UPDATE jobs.run r SET lease_until = least(now() + $2 * interval '1 ms', r.started_at + (r.time_limit_ms + $3) * interval '1 ms')
  FROM ${leases} WHERE ${isFree}
  RETURNING r.id, r.cancel_requested
)
SELECT r.id, coalesce(n.cancel_requested, r.cancel_requested) AS "cancelRequested", n.id IS NOT NULL AS "isRenewed"
FROM ${leases} JOIN jobs.run r ON ${isHeld} LEFT JOIN renewed n ON n.id = r.id`;

/** Those of $1 that are held. */
export const heldSql = `SELECT r.id FROM jobs.run r, ${leases} WHERE ${isHeld}`;

export const progressSql = `
UPDATE jobs.run r SET progress_done = $2, progress_total = $3, progress_message = $4
FROM ${leases}
WHERE ${isHeld}
RETURNING ${summaryColumns}`;

export const checkpointSql = `
UPDATE jobs.run r SET checkpoint = $2::jsonb,
  overloaded_since = CASE WHEN r.checkpoint IS DISTINCT FROM $2::jsonb THEN NULL ELSE r.overloaded_since END
FROM ${leases}
WHERE ${isHeld}
RETURNING r.id`;

/** Counts $2 more lines of the run's log and answers the number of the last of them. */
export const countLogSql = `
UPDATE jobs.run r SET log_lines = r.log_lines + $2
FROM ${leases}
WHERE ${isHeld}
RETURNING r.log_lines AS last, r.principal`;

export const writeLogSql = `
INSERT INTO jobs.run_log (workspace_id, run_id, seq, at, level, message, fields)
SELECT $1, $2, seq, at, level, message, fields
FROM json_to_recordset($3::json) AS t(seq integer, at timestamptz, level text, message text, fields jsonb)`;

/** A child may be made while its parent is at work and not being cancelled; the row lock makes a cancel wait, which then looks once more. */
export const bearChildrenSql = `
UPDATE jobs.run r SET children = r.children + $2
FROM ${leases}
WHERE ${isHeld} AND NOT r.cancel_requested
RETURNING r.id, r.children, r.depth, r.trigger_depth AS "triggerDepth", r.principal`;

/** As above, for a run that acts through the graph, where its lease is not at hand: it must still be at work. */
export const bearChildrenOfSql = `
UPDATE jobs.run r SET children = r.children + $3
WHERE r.workspace_id = $1 AND r.id = $2 AND r.state = 'RUNNING' AND NOT r.cancel_requested
RETURNING r.id, r.children, r.depth, r.trigger_depth AS "triggerDepth", r.principal`;

/** Takes back $3 that were counted and are no new children. */
export const uncountChildrenSql = `
UPDATE jobs.run r SET children = r.children - $3 WHERE r.workspace_id = $1 AND r.id = $2`;
