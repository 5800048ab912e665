import { finished, summaryColumns } from './columns.ts';

/** Locks the runs that others are about to depend on, and marks them: whoever finishes one of them then looks for dependents. */
export const markParentsSql = `
UPDATE jobs.run r SET has_dependents = true
WHERE (r.workspace_id, r.id) IN (SELECT r.workspace_id, r.id FROM jobs.run r
  WHERE r.workspace_id = $1 AND r.id = ANY($2::uuid[]) ORDER BY r.id FOR UPDATE)
RETURNING r.id`;

export const addDependenciesSql = `
INSERT INTO jobs.dependency (workspace_id, run_id, depends_on, condition)
SELECT $1, "runId", "dependsOn", condition
FROM json_to_recordset($2::json) AS d("runId" uuid, "dependsOn" uuid, condition text)
ON CONFLICT DO NOTHING`;

/**
 * Locks the waiting dependents of $2. Of two runs that finish at once the second waits here for the first, and the statement that
 * follows sees what the first came to.
 */
export const lockDependentsSql = `
SELECT r.id FROM jobs.run r
WHERE r.workspace_id = $1 AND r.state = 'WAITING'
  AND r.id IN (SELECT d.run_id FROM jobs.dependency d WHERE d.workspace_id = $1 AND d.depends_on = ANY($2::uuid[]))
ORDER BY r.id FOR UPDATE`;

/** Lets go of the waiting runs of $2 whose fate is known: all conditions met, or one that can no longer be. */
export const settleWaitingSql = `
WITH verdict AS (
  SELECT d.run_id, bool_or(p.state = 'CANCELLED') AS cancelled,
    bool_or(p.state IN ${finished} AND NOT m.met) AS unmeetable, bool_and(m.met) AS met
  FROM jobs.dependency d
  JOIN jobs.run p ON p.workspace_id = d.workspace_id AND p.id = d.depends_on
  CROSS JOIN LATERAL (SELECT CASE d.condition WHEN 'SUCCESS' THEN p.state = 'SUCCEEDED' WHEN 'FAILURE' THEN p.state = 'FAILED'
    ELSE p.state IN ('SUCCEEDED', 'FAILED', 'SKIPPED') END AS met) m
  WHERE d.workspace_id = $1 AND d.run_id = ANY($2::uuid[])
  GROUP BY d.run_id
)
UPDATE jobs.run r SET
  state = CASE WHEN v.cancelled THEN 'CANCELLED' WHEN v.unmeetable THEN 'SKIPPED'
    WHEN (SELECT q.state = 'PAUSED' FROM jobs.queue q WHERE q.workspace_id = r.workspace_id AND q.name = r.queue) THEN 'HELD'
    WHEN r.run_at > clock_timestamp() THEN 'DELAYED' ELSE 'QUEUED' END,
  finished_at = CASE WHEN v.cancelled OR v.unmeetable THEN now() END
FROM verdict v
WHERE r.workspace_id = $1 AND r.id = v.run_id AND r.state = 'WAITING' AND (v.cancelled OR v.unmeetable OR v.met)
RETURNING ${summaryColumns}`;
