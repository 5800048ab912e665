import { summaryColumns } from './columns.ts';
import { tellChanged } from './told.ts';

/**
 * $1: requests in JSON, written when none of their queues is draining: else nothing is, and the one row names such a queue. The queue's state decides what a
 * run starts as; a change of it that commits at the same moment is made good by the sweep. With $2 each run's event is written as well.
 */
export const enqueueSql = `
WITH asked AS MATERIALIZED (
  SELECT *, coalesce(to_timestamp("runAtMs" / 1000), now() + "delayMs" * interval '1 ms') AS at
  FROM json_to_recordset($1::json) AS t(n integer, "eventId" uuid, "workspaceId" uuid, id uuid, job text, queue text, waits boolean, priority smallint,
    "runAtMs" float8, "delayMs" float8, key text, "uniqueKey" text, input jsonb, "maxAttempts" integer, "backoffMs" integer, "backoffMaxMs" integer,
    "timeLimitMs" integer, "parentId" uuid, depth smallint, "hasDependents" boolean, "replayOf" uuid, "triggerDepth" smallint, origin text,
    principal jsonb, attributes text)
),
draining AS MATERIALIZED (
  SELECT q.name FROM jobs.queue q
  WHERE q.state = 'DRAINING' AND (q.workspace_id, q.name) IN (SELECT "workspaceId", queue FROM asked) LIMIT 1
),
made AS (
  INSERT INTO jobs.run AS r (workspace_id, id, job, queue, state, priority, run_at, key, unique_key, limited, input, max_attempts, backoff_ms,
    backoff_max_ms, time_limit_ms, parent_id, depth, has_dependents, replay_of, trigger_depth, origin, principal, created_at)
  SELECT a."workspaceId", a.id, a.job, a.queue,
    CASE WHEN a.waits THEN 'WAITING' WHEN q.state = 'PAUSED' THEN 'HELD' WHEN a.at > clock_timestamp() THEN 'DELAYED' ELSE 'QUEUED' END,
    a.priority, a.at, a.key, a."uniqueKey", coalesce(q.limited, false), coalesce(a.input, 'null'), a."maxAttempts", a."backoffMs", a."backoffMaxMs", a."timeLimitMs",
    a."parentId", a.depth, a."hasDependents", a."replayOf", a."triggerDepth", a.origin, a.principal, now()
  FROM asked a
  LEFT JOIN jobs.queue q ON q.workspace_id = a."workspaceId" AND q.name = a.queue
  WHERE NOT EXISTS (SELECT FROM draining)
  ORDER BY a.n
  RETURNING ${summaryColumns}
),
changed AS (SELECT m.*, a."eventId", a.n, a.attributes FROM made m JOIN asked a ON a.id = m.id WHERE $2::boolean),
${tellChanged({ time: '$3', attributes: 'coalesce(attributes, $4)' })}
SELECT d.name AS draining, m.* FROM (SELECT (SELECT name FROM draining) AS name) d LEFT JOIN made m ON true`;
