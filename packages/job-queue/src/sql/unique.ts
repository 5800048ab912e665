import { finished, summaryColumns } from './columns.ts';

const asked = `json_to_recordset($1::json) AS a("workspaceId" uuid, job text, key text, id uuid, "periodMs" float8)`;

/** Waits for whoever takes or gives up one of the keys of $1, in the order of keys, so that two batches never wait for each other in a circle. */
export const lockKeysSql = `
SELECT FROM jobs.unique_key u JOIN ${asked} ON u.workspace_id = a."workspaceId" AND u.job = a.job AND u.key = a.key
ORDER BY u.workspace_id, u.job, u.key FOR UPDATE OF u`;

/**
 * Takes the keys that are free, or whose hold has ended, for the runs that are about to be written; answers those runs. In the order of
 * keys, so that two batches never wait for each other in a circle. A key whose run this snapshot cannot see belongs to a
 * transaction that has just committed: it is held. Below parent $2 a key stays with the child that took it, also when that has finished: a parent that
 * is begun again after a crash enqueues what it had enqueued, and doubles nothing.
 */
export const takeKeysSql = `
INSERT INTO jobs.unique_key AS held (workspace_id, job, key, run_id, until)
SELECT "workspaceId", job, key, id, now() + "periodMs" * interval '1 ms'
FROM ${asked}
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

/** What the runs $2 were enqueued with, the last of them first. */
export const keysOfRunsSql = `
SELECT r.id, r.job, r.unique_key AS key FROM jobs.run r WHERE r.workspace_id = $1 AND r.id = ANY($2::uuid[]) AND r.unique_key IS NOT NULL
ORDER BY r.created_at DESC, r.id DESC`;

/** Lets go of the keys of what run $2 enqueued and was cancelled. */
export const freeChildKeysSql = `
DELETE FROM jobs.unique_key u USING jobs.run r
WHERE r.workspace_id = $1 AND r.parent_id = $2 AND r.state = 'CANCELLED' AND u.workspace_id = r.workspace_id AND u.run_id = r.id`;
