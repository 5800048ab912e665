import type { Sql } from '@tributary/engines/relational';
import type { Dependency, RunPrincipal, RunState } from '@tributary/job-queue';
import type { RunCriteria, RunField } from '../domain/run-where.ts';

/** A run as people see it, without its input and output; times in RFC 3339. */
export interface RunRecord {
  readonly id: string;
  readonly jobName: string;
  readonly queue: string;
  readonly state: RunState;
  readonly priority: number;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly progressDone: number;
  readonly progressTotal: number | null;
  readonly progressMessage: string | null;
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly timeLimitMs: number;
  readonly cancelRequested: boolean;
  readonly principal: RunPrincipal;
  readonly origin: string;
  readonly parentId: string | null;
  readonly replayOfId: string | null;
  readonly createdAt: string;
  readonly runAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}

export const utc = (column: string): string =>
  `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const columns = `
  r.id, r.job AS "jobName", r.queue, r.state, r.priority, r.error_code AS "errorCode", r.error_message AS "errorMessage",
  r.progress_done AS "progressDone", r.progress_total AS "progressTotal", r.progress_message AS "progressMessage", r.attempt,
  r.spent_attempts + r.max_attempts AS "maxAttempts", r.time_limit_ms AS "timeLimitMs", r.cancel_requested AS "cancelRequested", r.principal, r.origin,
  r.parent_id AS "parentId", r.replay_of AS "replayOfId", ${utc('r.created_at')} AS "createdAt", ${utc('r.run_at')} AS "runAt",
  ${utc('r.started_at')} AS "startedAt", ${utc('r.finished_at')} AS "finishedAt"`;

const columnOf: Readonly<Record<RunField, string>> = {
  id: 'r.id::text',
  job: 'r.job',
  queue: 'r.queue',
  state: 'r.state',
  parentId: 'r.parent_id::text',
  startedBy: `r.principal ->> 'id'`,
  origin: 'r.origin',
};

export interface RunPage {
  readonly workspaceId: string;
  readonly criteria: RunCriteria;
  readonly direction: 'ASC' | 'DESC';
  readonly afterId: string | null;
  /** One row more is answered when there are more. */
  readonly size: number;
}

export async function runPage(sql: Sql, page: RunPage): Promise<readonly RunRecord[]> {
  const { workspaceId, criteria, direction, afterId, size } = page;
  const values: unknown[] = [workspaceId, size + 1];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const conditions = [...criteria].map(([field, wanted]) => {
    // The one literal state has a partial index, which a parameter would not be known to fit.
    if (field === 'state' && wanted.length === 1 && wanted[0] === 'FAILED') return `r.state = 'FAILED'`;
    // As ids they use the key's index; what is no id names no run.
    if (field === 'id' || field === 'parentId')
      return `r.${field === 'id' ? 'id' : 'parent_id'} = ANY(${bind(wanted.filter(isUuid))}::uuid[])`;
    return `${columnOf[field]} = ANY(${bind(wanted)}::text[])`;
  });
  if (afterId !== null) conditions.push(`r.id ${direction === 'ASC' ? '>' : '<'} ${bind(afterId)}`);
  const where = ['r.workspace_id = $1', ...conditions].join(' AND ');
  const { rows } = await sql.query<RunRecord>(
    `SELECT ${columns} FROM jobs.run r WHERE ${where} ORDER BY r.id ${direction} LIMIT $2`,
    values,
  );
  return rows;
}

export async function runsByIds(
  sql: Sql,
  workspaceId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, RunRecord>> {
  const { rows } = await sql.query<RunRecord>(
    `SELECT ${columns} FROM jobs.run r WHERE r.workspace_id = $1 AND r.id = ANY($2::uuid[])`,
    [workspaceId, ids],
    'jobs_runs_by_ids',
  );
  return new Map(rows.map((run) => [run.id, run]));
}

/** What a run was given and came to: JSON, up to 256 KB each. */
export interface RunPayload {
  readonly id: string;
  readonly input: unknown;
  readonly output: unknown;
}

export async function runPayloads(
  sql: Sql,
  workspaceId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, RunPayload>> {
  const { rows } = await sql.query<RunPayload>(
    'SELECT r.id, r.input, r.output FROM jobs.run r WHERE r.workspace_id = $1 AND r.id = ANY($2::uuid[])',
    [workspaceId, ids],
    'jobs_run_payloads',
  );
  return new Map(rows.map((run) => [run.id, run]));
}

/** What each of these runs depends on; up to 100 each, by the queue's own limit. */
export async function dependenciesOf(
  sql: Sql,
  workspaceId: string,
  ids: readonly string[],
): Promise<readonly (Dependency & { readonly of: string })[]> {
  const { rows } = await sql.query<Dependency & { of: string }>(
    `SELECT d.run_id AS of, d.depends_on AS "runId", d.condition FROM jobs.dependency d
     WHERE d.workspace_id = $1 AND d.run_id = ANY($2::uuid[]) ORDER BY d.depends_on`,
    [workspaceId, ids],
    'jobs_dependencies',
  );
  return rows;
}

/** What these runs wait for among themselves, `limit` of it at most. */
export async function awaitedWithin(
  sql: Sql,
  {
    workspaceId,
    ids,
    limit,
  }: { readonly workspaceId: string; readonly ids: readonly string[]; readonly limit: number },
): Promise<readonly (Dependency & { readonly of: string })[]> {
  const { rows } = await sql.query<Dependency & { of: string }>(
    `SELECT d.run_id AS of, d.depends_on AS "runId", d.condition FROM jobs.dependency d
     WHERE d.workspace_id = $1 AND d.run_id = ANY($2::uuid[]) AND d.depends_on = ANY($2::uuid[])
     ORDER BY d.run_id, d.depends_on LIMIT $3`,
    [workspaceId, ids, limit],
    'jobs_awaited_within',
  );
  return rows;
}

/**
 * The ids of a run and of what hangs together with it, nearest first: what it depends on and what depends on it, who enqueued it and whom
 * it enqueued, and so on from each. The limit inside ends the recursion: PostgreSQL makes no more rows of it than are read.
 */
export async function connectedRuns(
  sql: Sql,
  { workspaceId, id, limit }: { readonly workspaceId: string; readonly id: string; readonly limit: number },
): Promise<readonly string[]> {
  const { rows } = await sql.query<{ id: string }>(
    `WITH RECURSIVE connected (id) AS (
       SELECT $2::uuid
       UNION
       SELECT near.id FROM connected c CROSS JOIN LATERAL (
         SELECT d.depends_on AS id FROM jobs.dependency d WHERE d.workspace_id = $1 AND d.run_id = c.id
         UNION ALL SELECT d.run_id FROM jobs.dependency d WHERE d.workspace_id = $1 AND d.depends_on = c.id
         UNION ALL SELECT r.parent_id FROM jobs.run r WHERE r.workspace_id = $1 AND r.id = c.id AND r.parent_id IS NOT NULL
         UNION ALL SELECT r.id FROM jobs.run r WHERE r.workspace_id = $1 AND r.parent_id = c.id
       ) near
     ) SELECT id FROM connected LIMIT $3`,
    [workspaceId, id, limit],
    'jobs_connected_runs',
  );
  return rows.map((row) => row.id);
}

function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text);
}
