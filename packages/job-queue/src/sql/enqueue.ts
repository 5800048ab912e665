import { summaryColumns } from './columns.ts';

/** $1: requests in JSON. The queue's state decides what a run starts as; a change of it that commits at the same moment is made good by the sweep. */
export const enqueueSql = `
INSERT INTO jobs.run AS r (workspace_id, id, job, queue, state, priority, run_at, key, limited, input, max_attempts, backoff_ms,
  backoff_max_ms, time_limit_ms, parent_id, depth, has_dependents, replay_of, trigger_depth,
  origin, principal, created_at)
SELECT a."workspaceId", a.id, a.job, a.queue,
  CASE WHEN a.waits THEN 'WAITING' WHEN q.state = 'PAUSED' THEN 'HELD' WHEN a.at > clock_timestamp() THEN 'DELAYED' ELSE 'QUEUED' END,
  a.priority, a.at, a.key, coalesce(q.limited, false), coalesce(a.input, 'null'), a."maxAttempts", a."backoffMs", a."backoffMaxMs", a."timeLimitMs",
  a."parentId", a.depth, a."hasDependents", a."replayOf", a."triggerDepth", a.origin, a.principal, now()
FROM (
  SELECT *, coalesce(to_timestamp("runAtMs" / 1000), now() + "delayMs" * interval '1 ms') AS at
  FROM json_to_recordset($1::json) AS t(n integer, "workspaceId" uuid, id uuid, job text, queue text, waits boolean, priority smallint,
    "runAtMs" float8, "delayMs" float8, key text, input jsonb, "maxAttempts" integer, "backoffMs" integer, "backoffMaxMs" integer,
    "timeLimitMs" integer, "parentId" uuid, depth smallint, "hasDependents" boolean, "replayOf" uuid, "triggerDepth" smallint, origin text, principal jsonb)
) a
LEFT JOIN jobs.queue q ON q.workspace_id = a."workspaceId" AND q.name = a.queue
ORDER BY a.n
RETURNING ${summaryColumns}`;

/** Queues among $1 (workspace) and $2 (names) that take no new runs. */
export const drainingSql = `
SELECT name FROM jobs.queue WHERE workspace_id = ANY($1::uuid[]) AND name = ANY($2::text[]) AND state = 'DRAINING'`;
