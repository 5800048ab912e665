import { finished, limitedNow, startableState, summaryColumns } from './columns.ts';

/** Whether run `p` has come to what dependency `d` asks of it. */
export const isMet = `CASE d.condition WHEN 'SUCCESS' THEN p.state = 'SUCCEEDED' WHEN 'FAILURE' THEN p.state = 'FAILED'
      ELSE p.state IN ('SUCCEEDED', 'FAILED', 'SKIPPED') END`;

/** Locks the runs that others are about to depend on, and marks them: whoever finishes one of them then looks for dependents. Says which have finished. */
export const markParentsSql = `
UPDATE jobs.run r SET has_dependents = true
WHERE (r.workspace_id, r.id) IN (SELECT r.workspace_id, r.id FROM jobs.run r
  WHERE r.workspace_id = $1 AND r.id = ANY($2::uuid[]) ORDER BY r.id FOR UPDATE)
RETURNING r.id, r.state IN ${finished} AS finished`;

export const addDependenciesSql = `
INSERT INTO jobs.dependency (workspace_id, run_id, depends_on, condition)
SELECT $1, "runId", "dependsOn", condition
FROM json_to_recordset($2::json) AS d("runId" uuid, "dependsOn" uuid, condition text)
ON CONFLICT DO NOTHING`;

/**
 * Locks the waiting dependents of $2. Of two runs that finish at once the second waits here for the first, and the statement that
 * follows sees what the first came to. They are found from those that ended, one look into the index for each: a planner without figures
 * goes through all that waits in the workspace instead.
 */
export const lockDependentsSql = `
SELECT r.id FROM jobs.run r
WHERE r.workspace_id = $1 AND r.state = 'WAITING' AND r.id = ANY(ARRAY(
  SELECT d.run_id FROM unnest($2::uuid[]) AS ended(id)
  CROSS JOIN LATERAL (SELECT d.run_id FROM jobs.dependency d WHERE d.workspace_id = $1 AND d.depends_on = ended.id OFFSET 0) d))
ORDER BY r.id FOR UPDATE`;

/**
 * Lets go of the waiting runs of $2 whose fate is known: all conditions met, or one that can no longer be. Each is judged once, by its own dependencies, for
 * the same reason: a hundred steps that all wait for each other have 4,950.
 */
export const settleWaitingSql = `
WITH verdict AS MATERIALIZED (
  SELECT w.id AS run_id, v.* FROM unnest($2::uuid[]) AS w(id) CROSS JOIN LATERAL (
    SELECT bool_or(p.state = 'CANCELLED') AS cancelled, bool_or(p.state IN ${finished} AND NOT m.met) AS unmeetable, bool_and(m.met) AS met
    FROM jobs.dependency d
    CROSS JOIN LATERAL (SELECT p.state FROM jobs.run p WHERE p.workspace_id = $1 AND p.id = d.depends_on OFFSET 0) p
    CROSS JOIN LATERAL (SELECT ${isMet} AS met) m
    WHERE d.workspace_id = $1 AND d.run_id = w.id
  ) v
  WHERE v.cancelled OR v.unmeetable OR v.met
)
UPDATE jobs.run r SET
  state = CASE WHEN v.cancelled THEN 'CANCELLED' WHEN v.unmeetable THEN 'SKIPPED'
    WHEN r.run_at > clock_timestamp() THEN 'DELAYED' ELSE ${startableState} END,
  limited = ${limitedNow},
  finished_at = CASE WHEN v.cancelled OR v.unmeetable THEN now() END
FROM verdict v
WHERE r.workspace_id = $1 AND r.id = v.run_id AND r.id = ANY($2::uuid[]) AND r.state = 'WAITING'
RETURNING ${summaryColumns}`;
