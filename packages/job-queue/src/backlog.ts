import type { Sql } from '@tributary/engines/relational';
import { CodedError } from '@tributary/runtime';
import { queueLimits } from './limits.ts';

/** Asked before runs are added to a workspace, by whoever and whatever adds them. @throws CodedError RUN_LIMIT when it has as many unfinished ones as it may */
export async function requireRoom(sql: Sql, workspaceId: string): Promise<void> {
  const { backlog } = queueLimits;
  const { rows } = await sql.query(
    `SELECT FROM jobs.run WHERE workspace_id = $1 AND state IN ('WAITING', 'DELAYED', 'HELD', 'QUEUED', 'RUNNING') OFFSET $2 LIMIT 1`,
    [workspaceId, backlog - 1],
    'jobs_backlog',
  );
  if (rows.length > 0)
    throw new CodedError('RUN_LIMIT', `The workspace has ${backlog} unfinished runs.`, {
      details: { limit: backlog },
    });
}
