import { claimColumns } from './columns.ts';
import { tellChanged } from './told.ts';

/**
 * A run starts by the clock of the moment it is taken: now() is read before the statement sees the table, so that an end which this statement already sees
 * (that of what the run waits for) could bear a later time than now().
 */
const startRun = `
  state = 'RUNNING', attempt = r.attempt + 1, lease_token = r.lease_token + 1, lease_until = now() + $LEASE * interval '1 ms',
  runner = $RUNNER, started_at = clock_timestamp(), error_code = NULL, error_message = NULL`;

/** Queues with limits that one claim looks at, and of one workspace. */
export const limitedQueuesAtOnce = 500;
export const limitedQueuesOfOne = 50;
/** Before every workspace. */
export const noWorkspace = '00000000-0000-0000-0000-000000000000';

const inLimited = `FROM jobs.run r WHERE r.state = 'QUEUED' AND r.limited`;
/** The next workspace after one, with the queue that its turn begins with: the one after where the last look ended, else its first. */
const nextWorkspace = (after: string): string => `
SELECT w.workspace_id, coalesce(
  (SELECT r.queue ${inLimited} AND r.workspace_id = w.workspace_id AND r.queue > (SELECT p.queue FROM places p WHERE p."workspaceId" = w.workspace_id)
   ORDER BY r.queue LIMIT 1),
  (SELECT r.queue ${inLimited} AND r.workspace_id = w.workspace_id ORDER BY r.queue LIMIT 1)) AS queue, 1 AS own
FROM (SELECT r.workspace_id ${inLimited} AND r.workspace_id > ${after} ORDER BY r.workspace_id LIMIT 1) w`;

/** After workspace $8, or, when the last look ended at the last of all, after none. */
const begin = `(SELECT CASE WHEN EXISTS (SELECT ${inLimited} AND r.workspace_id > $8::uuid) THEN $8::uuid ELSE '${noWorkspace}' END)`;

/**
 * Takes up to $2 runs of the jobs $1, workspace by workspace in turn, past those that others are taking, and tells of them: a claim is one round trip. Each
 * row, or the one row without a run, names in `limitedQueues` up to 500 queues with limits that have something to do, 50 of a workspace, those after workspace $8,
 * or from the first where none is behind it, and in each after the queue that $9 names: some steps through the index a queue, however many runs wait in it.
 */
export const claimSql = `
WITH RECURSIVE places AS (SELECT * FROM json_to_recordset($9::json) AS p("workspaceId" uuid, queue text)),
found AS (
  (SELECT s.workspace_id, s.queue, 1 AS n, s.own FROM (${nextWorkspace(begin)}) s)
  UNION ALL
  SELECT next.workspace_id, next.queue, f.n + 1, next.own
  FROM found f CROSS JOIN LATERAL (
    SELECT one.* FROM (
      (SELECT f.workspace_id, r.queue, f.own + 1 AS own ${inLimited} AND f.own < ${limitedQueuesOfOne} AND r.workspace_id = f.workspace_id AND r.queue > f.queue
       ORDER BY r.queue LIMIT 1)
      UNION ALL
      (${nextWorkspace('f.workspace_id')})) one
    ORDER BY one.own DESC LIMIT 1) next
  WHERE f.n < ${limitedQueuesAtOnce}
),
picked AS MATERIALIZED (SELECT workspace_id, id FROM jobs.take_ready($1::text[], $2::integer)),
claimed AS (
  UPDATE jobs.run r SET ${startRun.replace('$LEASE', '$3').replace('$RUNNER', '$4')}
  FROM picked p WHERE r.workspace_id = p.workspace_id AND r.id = p.id
  RETURNING ${claimColumns}
),
changed AS (
  SELECT numbered.*, ($5::uuid[])[n::integer] AS "eventId" FROM (SELECT c.*, row_number() OVER () AS n FROM claimed c) numbered
),
${tellChanged({ time: '$6', attributes: '$7' })}
SELECT l."limitedQueues", c.* FROM (
  SELECT json_agg(json_build_object('workspaceId', workspace_id, 'queue', queue) ORDER BY n) AS "limitedQueues" FROM found
) l LEFT JOIN claimed c ON true`;

/** One claimer a queue at a time; what the next one counts, the last one has committed. */
export const lockQueueSql = `
SELECT name FROM jobs.queue WHERE workspace_id = $1 AND name = $2 AND state <> 'PAUSED' AND limited FOR UPDATE SKIP LOCKED`;

/** Keys of a queue with limits that one claim looks at. */
const keysAtOnce = 500;
const inQueue = `FROM jobs.run WHERE workspace_id = $1 AND queue = $2 AND state = 'QUEUED' AND limited`;

/**
 * Takes up to $4 runs of queue $2 within its limits, with the queue's row locked. Keys are found by stepping through the index, up to
 * 500 of them, so that a long row of runs under one key hides no other: those after key $7, or from the first where none is behind it. Each row, or the one row
 * without a run, names in `lastKey` the last of them where there were so many.
 */
export const claimLimitedSql = `
WITH RECURSIVE q AS (SELECT * FROM jobs.queue WHERE workspace_id = $1 AND name = $2),
running AS (
  SELECT key, count(*) AS n FROM jobs.run WHERE workspace_id = $1 AND queue = $2 AND state = 'RUNNING' GROUP BY key
),
started AS (
  SELECT s.key, count(*) AS n FROM jobs.start s, q
  WHERE s.workspace_id = $1 AND s.queue = $2 AND s.at > now() - q.rate_period_ms * interval '1 ms' GROUP BY s.key
),
forgotten AS (
  DELETE FROM jobs.start s USING q
  WHERE s.workspace_id = $1 AND s.queue = $2 AND s.at <= now() - q.rate_period_ms * interval '1 ms'
),
room AS (
  SELECT least($4::bigint, q.concurrency - coalesce((SELECT sum(n) FROM running), 0),
    q.rate_limit - coalesce((SELECT sum(n) FROM started), 0)) AS n FROM q
),
keys AS (
  SELECT coalesce((SELECT key ${inQueue} AND key > $7::text ORDER BY key LIMIT 1), (SELECT key ${inQueue} ORDER BY key LIMIT 1)) AS key, 1 AS n
  UNION ALL
  SELECT next.key, k.n + 1 FROM keys k CROSS JOIN LATERAL (SELECT key ${inQueue} AND key > k.key ORDER BY key LIMIT 1) next
  WHERE k.n < ${keysAtOnce}
),
candidates AS (
  SELECT c.* FROM keys k CROSS JOIN q CROSS JOIN LATERAL (
    SELECT r.id, r.priority, r.run_at, row_number() OVER (ORDER BY r.priority DESC, r.run_at, r.id) AS place
    FROM (SELECT * ${inQueue} AND key = k.key
      AND job = ANY($3::text[]) ORDER BY priority DESC, run_at, id LIMIT $4) r
  ) c
  LEFT JOIN running ON running.key = k.key LEFT JOIN started ON started.key = k.key
  WHERE c.place <= coalesce(least(q.key_concurrency - coalesce(running.n, 0), q.key_rate_limit - coalesce(started.n, 0)), $4)
),
picked AS (
  SELECT id FROM candidates ORDER BY priority DESC, run_at, id LIMIT (SELECT greatest(n, 0) FROM room)
),
claimed AS (
  UPDATE jobs.run r SET ${startRun.replace('$LEASE', '$5').replace('$RUNNER', '$6')}
  WHERE r.workspace_id = $1 AND r.id IN (SELECT id FROM picked) AND r.state = 'QUEUED'
  RETURNING r.*
),
noted AS (
  INSERT INTO jobs.start (workspace_id, queue, key, at)
  SELECT $1, $2, c.key, now() FROM claimed c, q WHERE q.rate_limit IS NOT NULL OR q.key_rate_limit IS NOT NULL
)
SELECT l."lastKey", c.* FROM (SELECT CASE WHEN count(*) = ${keysAtOnce} THEN max(key) END AS "lastKey" FROM keys) l
LEFT JOIN (SELECT ${claimColumns} FROM claimed r) c ON true`;
