import type { Sql } from '@tributary/engines/relational';
import { type QueueSettings, queueLimits, type RunState } from '@tributary/job-queue';

export interface QueueRecord extends QueueSettings {
  readonly depth: readonly { readonly state: RunState; readonly runs: number }[];
}

/**
 * Queues of a workspace with settings or unfinished runs. Unfinished runs are counted in their own index, as far as a workspace may have
 * them; a queue that has neither is just a name.
 */
const queuesSql = `
WITH counted AS (
  SELECT queue, state, count(*)::integer AS runs FROM (
    SELECT queue, state FROM jobs.run
    WHERE workspace_id = $1 AND state IN ('WAITING', 'DELAYED', 'HELD', 'QUEUED', 'RUNNING') AND ($2::text IS NULL OR queue = $2)
    LIMIT $3
  ) active GROUP BY queue, state
)
SELECT names.name, coalesce(q.version, 0) AS version, coalesce(q.state, 'RUNNING') AS state, q.concurrency, q.key_concurrency AS "keyConcurrency",
  q.rate_limit AS "rateLimit", q.key_rate_limit AS "keyRateLimit", coalesce(q.rate_period_ms, 60000) AS "ratePeriodMs",
  coalesce((SELECT json_agg(json_build_object('state', c.state, 'runs', c.runs) ORDER BY c.state) FROM counted c WHERE c.queue = names.name), '[]')
    AS depth
FROM (SELECT queue AS name FROM counted UNION SELECT name FROM jobs.queue WHERE workspace_id = $1 AND ($2::text IS NULL OR name = $2)) names
LEFT JOIN jobs.queue q ON q.workspace_id = $1 AND q.name = names.name
WHERE $4::text IS NULL OR names.name > $4
ORDER BY names.name LIMIT $5`;

export interface QueuePage {
  /** The last name before the page. */
  readonly afterName: string | null;
  /** One queue more is answered when there are more. */
  readonly size: number;
}

/** A page of a workspace's queues, by name. */
export async function queuePage(
  sql: Sql,
  workspaceId: string,
  { afterName, size }: QueuePage,
): Promise<readonly QueueRecord[]> {
  const values = [workspaceId, null, queueLimits.backlog, afterName, size + 1];
  return (await sql.query<QueueRecord>(queuesSql, values)).rows;
}

/** Undefined for a queue that is just a name. */
export async function queueNamed(
  sql: Sql,
  workspaceId: string,
  name: string,
): Promise<QueueRecord | undefined> {
  const { rows } = await sql.query<QueueRecord>(queuesSql, [workspaceId, name, queueLimits.backlog, null, 1]);
  return rows[0];
}
