import { queueLimits } from '../limits.ts';
import { freeOf, isFree, leases, limitedNow, startableState, summaryColumns } from './columns.ts';
import { tellChanged } from './told.ts';

const completions = `json_to_recordset($1::json) AS l("workspaceId" uuid, id uuid, token integer, output jsonb, "eventId" uuid, n integer)`;
const failures = `json_to_recordset($1::json) AS l("workspaceId" uuid, id uuid, token integer, code text, message text, "delayMs" float8)`;

const succeed = `
UPDATE jobs.run r SET state = 'SUCCEEDED', output = l.output, finished_at = now(), lease_until = NULL
FROM ${completions}
WHERE ${isFree}`;

export const succeedSql = `
WITH ${freeOf(completions)}
${succeed}
RETURNING ${summaryColumns}`;

const aloneByKey =
  ' AND NOT r.has_dependents AND r.workspace_id = ANY($4::uuid[]) AND r.id = ANY($5::uuid[])';

/**
 * Ends those well that nobody waits for, and tells of them: one round trip. A run that others begin to wait for at this moment is left out. $4 and $5 name
 * the workspaces and runs once more, so that the way leads through the key: a plan made while there were few runs would go on reading all of them.
 */
export const succeedAloneSql = `
WITH ${freeOf(completions, aloneByKey)},
changed AS (${succeed}${aloneByKey}
RETURNING ${summaryColumns}, l."eventId", l.n),
${tellChanged({ time: '$2', attributes: '$3' })}
SELECT * FROM changed`;

/** Since when a run is tried in vain. One that waited behind others after it was due, or worked before it found no place, begins anew. */
const overloadedSince = `CASE WHEN r.run_at > now() - interval '10 minutes' THEN r.overloaded_since END`;
/** A place that frees up within an hour is worth waiting for, however short the work is. */
const gaveUp = `coalesce(${overloadedSince} <= now() - greatest(r.time_limit_ms, 3600000) * interval '1 ms', false)`;

/** With a delay the run is tried again; without one it is a dead letter. A failure after a cancel is the cancel's doing. */
export const failSql = `
WITH ${freeOf(failures)}
UPDATE jobs.run r SET
  state = CASE WHEN r.cancel_requested THEN 'CANCELLED' WHEN l."delayMs" IS NOT NULL THEN 'DELAYED' ELSE 'FAILED' END,
  run_at = CASE WHEN l."delayMs" IS NULL THEN r.run_at ELSE now() + l."delayMs" * interval '1 ms' END,
  finished_at = CASE WHEN r.cancel_requested OR l."delayMs" IS NULL THEN now() END,
  error_code = l.code, error_message = l.message, lease_until = NULL, overloaded_since = NULL
FROM ${failures}
WHERE ${isFree}
RETURNING ${summaryColumns}`;

export const cancelledSql = `
WITH ${freeOf(leases)}
UPDATE jobs.run r SET state = 'CANCELLED', finished_at = now(), lease_until = NULL, error_code = 'CANCELLED',
  error_message = 'It was cancelled while it ran.'
FROM ${leases}
WHERE ${isFree}
RETURNING ${summaryColumns}`;

/**
 * Puts runs back that found no place to work in, no engine, or a file that is still to be scanned: the attempt does not count. One that found none for as long as
 * it may work itself, and for an hour at the least, fails: what never finds a place has to come before somebody. The more of a workspace's queue were put back already, the longer the delay, so
 * that they come back at the same pace however many they are.
 */
export const postponeSql = `
WITH ${freeOf(failures)},
queues AS (
  SELECT DISTINCT r.workspace_id, r.queue FROM jobs.run r, ${failures} WHERE ${isFree}
),
put_back AS (
  SELECT q.workspace_id, q.queue, (
    SELECT count(*) FROM (
      SELECT FROM jobs.run d
      WHERE d.workspace_id = q.workspace_id AND d.queue = q.queue AND d.state = 'DELAYED' AND d.overloaded_since IS NOT NULL LIMIT 10000) counted) AS n
  FROM queues q
)
UPDATE jobs.run r SET
  state = CASE WHEN r.cancel_requested THEN 'CANCELLED' WHEN ${gaveUp} THEN 'FAILED' ELSE 'DELAYED' END,
  finished_at = CASE WHEN r.cancel_requested OR ${gaveUp} THEN now() END,
  run_at = now() + l."delayMs" * (1 + p.n / 10.0) * interval '1 ms',
  attempt = CASE WHEN ${gaveUp} THEN r.attempt ELSE greatest(r.attempt - 1, 0) END,
  overloaded_since = coalesce(${overloadedSince}, now()), error_code = l.code,
  error_message = CASE WHEN ${gaveUp} THEN left('It found no place since ' || to_char(r.overloaded_since AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI')
    || ' UTC: ' || l.message, ${queueLimits.errorLength}) ELSE l.message END,
  lease_until = NULL
FROM put_back p, ${failures}
WHERE ${isFree} AND p.workspace_id = r.workspace_id AND p.queue = r.queue
RETURNING ${summaryColumns}`;

/** Gives runs back that were not begun, as when a runner stops: the attempt does not count. */
export const releaseSql = `
WITH ${freeOf(leases)}
UPDATE jobs.run r SET
  state = CASE WHEN r.cancel_requested THEN 'CANCELLED' ELSE ${startableState} END, limited = ${limitedNow},
  finished_at = CASE WHEN r.cancel_requested THEN now() END,
  attempt = greatest(r.attempt - 1, 0), lease_until = NULL
FROM ${leases}
WHERE ${isFree}
RETURNING ${summaryColumns}`;
