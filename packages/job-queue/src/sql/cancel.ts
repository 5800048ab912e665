import { finished, isHeld, leases, summaryColumns } from './columns.ts';

/**
 * What does not run is cancelled at once; what runs is told, and cancelled when its work has stopped. The runs are those of `held`: by a list and no join, because a
 * planner without figures would go through all runs of the workspace for each of them.
 */
const cancelHeld = `
UPDATE jobs.run r SET cancel_requested = true,
  state = CASE WHEN r.state = 'RUNNING' THEN r.state ELSE 'CANCELLED' END,
  finished_at = CASE WHEN r.state = 'RUNNING' THEN NULL ELSE now() END,
  error_code = CASE WHEN r.state = 'RUNNING' THEN r.error_code ELSE 'CANCELLED' END,
  error_message = CASE WHEN r.state = 'RUNNING' THEN r.error_message ELSE 'It was cancelled before it ran.' END
WHERE r.workspace_id = $1 AND r.id = ANY(ARRAY(SELECT id FROM held))
RETURNING ${summaryColumns}`;
/** What ended, or was told already, stays as it is. */
const toCancel = `r.state NOT IN ${finished} AND NOT r.cancel_requested`;
const hasBelow = `(r.children > 0 OR r.has_dependents)`;

/** Run $2 with all that hangs on it, once each: the runs it enqueued, and those that depend on one of them. */
const family = `
tree AS (
  SELECT $2::uuid AS id
  UNION
  SELECT n.id FROM tree t CROSS JOIN LATERAL (
    SELECT c.id FROM jobs.run c WHERE c.workspace_id = $1 AND c.parent_id = t.id
    UNION ALL
    SELECT d.run_id FROM jobs.dependency d WHERE d.workspace_id = $1 AND d.depends_on = t.id
  ) n
)`;

/** Up to $3 runs of the family and one more. A tree is looked at no further than it is asked for. */
export const familySql = `WITH RECURSIVE ${family} SELECT FROM tree LIMIT $3::integer + 1`;

/** Cancels all of the family. */
export const cancelFamilySql = `
WITH RECURSIVE ${family},
held AS MATERIALIZED (
  SELECT r.id FROM jobs.run r WHERE r.workspace_id = $1 AND r.id = ANY(ARRAY(SELECT id FROM tree)) AND ${toCancel} ORDER BY r.id FOR UPDATE
)
${cancelHeld}`;

/** Begins to pass the cancel of run $2 on, in the name of $3. */
export const beginCancelSql = `
INSERT INTO jobs.cancel_reach (workspace_id, root_id, run_id, actor, begun_at)
VALUES ($1, $2, $2, $3::jsonb, now()) ON CONFLICT DO NOTHING`;

/** The cancel that was begun first of those that nobody is passing on at this moment. */
export const nextCancelSql = `
SELECT workspace_id AS "workspaceId", root_id AS id, actor FROM jobs.cancel_reach WHERE actor IS NOT NULL
ORDER BY begun_at LIMIT 1 FOR UPDATE SKIP LOCKED`;

/** One goes on at a time. */
export const lockCancelSql = `
SELECT actor FROM jobs.cancel_reach WHERE workspace_id = $1 AND root_id = $2 AND run_id = $2 FOR UPDATE`;

/** Up to $3 of the runs that the cancel of $2 has reached and not gone beyond, and of those with many children few: each part looks at all of theirs. */
export const frontierSql = `
SELECT f.id FROM (
  SELECT k.run_id AS id, sum(r.children) OVER (ORDER BY k.run_id) - r.children AS before
  FROM (SELECT run_id FROM jobs.cancel_reach WHERE workspace_id = $1 AND root_id = $2 AND NOT passed ORDER BY run_id LIMIT $3) k
  CROSS JOIN LATERAL (SELECT r.children FROM jobs.run r WHERE r.workspace_id = $1 AND r.id = k.run_id OFFSET 0) r
) f WHERE f.before < 1000`;

/** Right below a run `k`: what it enqueued, and what depends on it; `after` narrows both. */
const rightBelow = (after: (id: string) => string): string => `(
  SELECT c.id FROM jobs.run c WHERE c.workspace_id = $1 AND c.parent_id = k.run_id${after('c.id')}
  UNION ALL
  SELECT d.run_id FROM jobs.dependency d WHERE d.workspace_id = $1 AND d.depends_on = k.run_id${after('d.run_id')}
) n`;

/** Up to $4 runs right below those of $3 that are to be cancelled, in the order of their ids; of each what comes after where the last part ended. */
export const toCancelBelowSql = `
SELECT DISTINCT r.id FROM jobs.cancel_reach k CROSS JOIN LATERAL ${rightBelow((id) => ` AND ${id} > k.after`)}
CROSS JOIN LATERAL (SELECT r.id FROM jobs.run r WHERE r.workspace_id = $1 AND r.id = n.id AND ${toCancel} OFFSET 0) r
WHERE k.workspace_id = $1 AND k.root_id = $2 AND k.run_id = ANY($3::uuid[])
ORDER BY r.id LIMIT $4`;

/** Cancels runs $2, but for those that ended meanwhile. */
export const cancelTheseSql = `
WITH held AS MATERIALIZED (
  SELECT r.id FROM jobs.run r WHERE r.workspace_id = $1 AND r.id = ANY($2::uuid[]) AND ${toCancel} ORDER BY r.id FOR UPDATE
)
${cancelHeld}`;

/** Where a part ended that was full: all below the runs of $3 is done up to run $4. */
export const cancelledUntilSql = `
UPDATE jobs.cancel_reach SET after = $4 WHERE workspace_id = $1 AND root_id = $2 AND run_id = ANY($3::uuid[])`;

/**
 * Goes beyond the runs of $3, below which nothing is left to cancel: what is right below them and has runs below it in turn is reached, whatever became of it itself.
 * A run is reached once, by however many ways.
 */
export const passSql = `
WITH passed AS (
  UPDATE jobs.cancel_reach SET passed = true WHERE workspace_id = $1 AND root_id = $2 AND run_id = ANY($3::uuid[]) RETURNING run_id
)
INSERT INTO jobs.cancel_reach (workspace_id, root_id, run_id)
SELECT $1, $2, r.id FROM jobs.run r
WHERE r.workspace_id = $1 AND r.id = ANY(ARRAY(SELECT n.id FROM passed k CROSS JOIN LATERAL ${rightBelow(() => '')})) AND ${hasBelow}
ON CONFLICT DO NOTHING`;

export const endCancelSql = `DELETE FROM jobs.cancel_reach WHERE workspace_id = $1 AND root_id = $2`;

/** Whether a cancel that is under way has reached run $2, or something that it hangs on and that has not been gone beyond. */
export const isBeingCancelledSql = `
SELECT FROM jobs.cancel_reach k WHERE k.workspace_id = $1 AND (k.run_id = $2 OR NOT k.passed AND k.run_id = ANY(ARRAY(
  SELECT r.parent_id FROM jobs.run r WHERE r.workspace_id = $1 AND r.id = $2
  UNION ALL
  SELECT d.depends_on FROM jobs.dependency d WHERE d.workspace_id = $1 AND d.run_id = $2))) LIMIT 1`;

/** How far up is looked from runs that are about to begin, all of them together. */
const lookedAbove = 5_000;

/**
 * Of the runs $2 of workspace $1 those that hang on one which a cancel has reached and not gone beyond, each with who cancelled: it is about to come down to them. What was
 * gone beyond has nothing below it that is left to cancel.
 */
export const hangingOnCancelSql = `
WITH RECURSIVE above AS (
  SELECT id AS run_id, id FROM unnest($2::uuid[]) AS asked(id)
  UNION
  SELECT a.run_id, n.id FROM above a CROSS JOIN LATERAL (
    SELECT r.parent_id AS id FROM jobs.run r WHERE r.workspace_id = $1 AND r.id = a.id AND r.parent_id IS NOT NULL
    UNION ALL
    SELECT d.depends_on FROM jobs.dependency d WHERE d.workspace_id = $1 AND d.run_id = a.id
  ) n
)
SELECT DISTINCT ON (a.run_id) a.run_id AS id, root.actor
FROM (SELECT * FROM above LIMIT ${lookedAbove}) a
JOIN jobs.cancel_reach k ON k.workspace_id = $1 AND k.run_id = a.id AND NOT k.passed
JOIN jobs.cancel_reach root ON root.workspace_id = $1 AND root.root_id = k.root_id AND root.run_id = k.root_id
ORDER BY a.run_id`;

/** Takes back that the runs of $1 (leases) were begun, and cancels them: nobody has worked on them, so that they count as never begun. */
export const cancelClaimedSql = `
UPDATE jobs.run r SET state = 'CANCELLED', cancel_requested = true, finished_at = now(), lease_until = NULL, attempt = r.attempt - 1,
  started_at = CASE WHEN r.attempt > 1 THEN r.started_at END, error_code = 'CANCELLED', error_message = 'It was cancelled before it ran.'
FROM ${leases} WHERE ${isHeld}
RETURNING ${summaryColumns}`;
