import { finished, summaryColumns } from './columns.ts';

/**
 * Takes the keys that are free, or whose hold has ended, for the runs that are about to be written; answers those runs. In the order of
 * keys, so that two batches never wait for each other in a circle. A key whose run this snapshot cannot see belongs to a
 * transaction that has just committed: it is held. Below parent $2 a key stays with the child that took it, also when that has finished: a parent that
 * is begun again after a crash enqueues what it had enqueued, and doubles nothing.
 */
export const takeKeysSql = `
INSERT INTO jobs.unique_key AS held (workspace_id, job, key, run_id, until)
SELECT "workspaceId", job, key, id, now() + "periodMs" * interval '1 ms'
FROM json_to_recordset($1::json) AS a("workspaceId" uuid, job text, key text, id uuid, "periodMs" float8)
ORDER BY "workspaceId", job, key
ON CONFLICT (workspace_id, job, key) DO UPDATE SET run_id = EXCLUDED.run_id, until = EXCLUDED.until
WHERE CASE WHEN held.until IS NOT NULL THEN held.until <= now()
  ELSE EXISTS (SELECT FROM jobs.run r WHERE r.workspace_id = held.workspace_id AND r.id = held.run_id AND r.state IN ${finished}
    AND ($2::uuid IS NULL OR r.parent_id IS DISTINCT FROM $2::uuid)) END
RETURNING run_id AS id`;

/** The runs that hold the keys of $1. */
export const keyHoldersSql = `
SELECT a.n, ${summaryColumns}
FROM json_to_recordset($1::json) AS a(n integer, "workspaceId" uuid, job text, key text)
JOIN jobs.unique_key u ON u.workspace_id = a."workspaceId" AND u.job = a.job AND u.key = a.key
JOIN jobs.run r ON r.workspace_id = u.workspace_id AND r.id = u.run_id`;
