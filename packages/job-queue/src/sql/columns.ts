/** `RunSummary` of the run called `r`. */
export const summaryColumns = `
  r.workspace_id AS "workspaceId", r.id, r.job, r.queue, r.state, r.priority, r.attempt, r.progress_done AS "progressDone",
  r.progress_total AS "progressTotal", r.progress_message AS "progressMessage", r.error_code AS "errorCode", r.parent_id AS "parentId",
  r.origin, r.cancel_requested AS "cancelRequested", r.has_dependents AS "hasDependents", r.principal`;

/** What a claim answers besides. */
export const claimColumns = `${summaryColumns},
  r.lease_token AS token, r.input, r.checkpoint, r.spent_attempts AS "spentAttempts", r.max_attempts AS "maxAttempts", r.backoff_ms AS "backoffMs",
  r.backoff_max_ms AS "backoffMaxMs", r.time_limit_ms AS "timeLimitMs", r.depth,
  EXISTS (SELECT FROM jobs.cancel_reach k WHERE k.workspace_id = r.workspace_id) AS "mayBeCancelled"`;

/** What the queue of run `r` makes of it when it may start, and whether it is claimed queue by queue: a queue may have changed since the run was enqueued. */
export const startableState = `CASE WHEN (SELECT q.state = 'PAUSED' FROM jobs.queue q WHERE q.workspace_id = r.workspace_id AND q.name = r.queue) THEN 'HELD' ELSE 'QUEUED' END`;
export const limitedNow = `coalesce((SELECT q.limited FROM jobs.queue q WHERE q.workspace_id = r.workspace_id AND q.name = r.queue), false)`;

/** The leases of `$1` (JSON), as rows `l`. */
export const leases = `json_to_recordset($1::json) AS l("workspaceId" uuid, id uuid, token integer)`;

/** The law of fencing: `r` is the run of lease `l`, and the lease is the last one given out. */
export const isHeld = `r.workspace_id = l."workspaceId" AND r.id = l.id AND r.state = 'RUNNING' AND r.lease_token = l.token`;

/**
 * The runs of `rows` (leases `l`) that are held and that nobody has locked at this moment, as the part `free` of a statement that goes on with `isFree`. Whoever has one
 * of them locked, as a cancel has, keeps none of the others waiting. `and` narrows them further.
 */
export function freeOf(rows: string, and = ''): string {
  return `free AS MATERIALIZED (SELECT r.id FROM jobs.run r, ${rows} WHERE ${isHeld}${and} FOR NO KEY UPDATE OF r SKIP LOCKED)`;
}

/** A list and no join: the planner expects one row of `free`, and would go through all of them for each run. */
export const isFree = `${isHeld} AND r.id = ANY(ARRAY(SELECT id FROM free))`;

export const finished = `('SUCCEEDED', 'FAILED', 'CANCELLED', 'SKIPPED')`;
