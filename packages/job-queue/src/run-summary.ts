import type { Sql } from '@tributary/engines/relational';
import { CodedError } from '@tributary/runtime';
import type { RunSummary } from './run.ts';
import { summaryColumns } from './sql/columns.ts';

export interface RunAddress {
  readonly workspaceId: string;
  readonly id: string;
}

const summarySql = `SELECT ${summaryColumns} FROM jobs.run r WHERE r.workspace_id = $1 AND r.id = $2`;

/** @throws CodedError NOT_FOUND */
export async function runSummary(tx: Sql, { workspaceId, id }: RunAddress): Promise<RunSummary> {
  const { rows } = await tx.query<RunSummary>(summarySql, [workspaceId, id]);
  const [run] = rows;
  if (run === undefined) throw new CodedError('NOT_FOUND', 'There is no such run.');
  return run;
}
