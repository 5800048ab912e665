import type { Sql } from '@tributary/engines/relational';
import type { RunPrincipal, StoredRequest } from '@tributary/job-queue';
import type { OwnTable } from './own-rows.ts';
import { utc } from './run-table.ts';

export interface HookRecord {
  readonly id: string;
  readonly version: number;
  readonly name: string;
  readonly jobName: string;
  /** Its input comes with each call. */
  readonly request: StoredRequest;
  readonly enabled: boolean;
  readonly lastCalledAt: string | null;
  readonly createdAt: string;
}

/** A hook with what a call of it needs. */
export interface ActingHook extends HookRecord {
  readonly workspaceId: string;
  readonly principal: RunPrincipal;
}

const columns = `id, version, name, job AS "jobName", request, enabled, ${utc('last_called_at')} AS "lastCalledAt", ${utc('created_at')} AS "createdAt"`;

export const hookTable: OwnTable = { name: 'jobs.hook', columns };

export type HookRow = Pick<ActingHook, 'workspaceId' | 'id' | 'request' | 'enabled' | 'principal'>;

export async function insertHook(
  tx: Sql,
  hook: HookRow & Pick<HookRecord, 'name' | 'jobName'>,
): Promise<HookRecord | undefined> {
  const { workspaceId, id, name, jobName, request, enabled, principal } = hook;
  const { rows } = await tx.query<HookRecord>(
    `INSERT INTO jobs.hook (workspace_id, id, name, job, request, enabled, principal, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, now()) RETURNING ${columns}`,
    [workspaceId, id, name, jobName, JSON.stringify(request), enabled, JSON.stringify(principal)],
  );
  return rows[0];
}

export async function updateHook(tx: Sql, hook: HookRow): Promise<HookRecord | undefined> {
  const { workspaceId, id, request, enabled, principal } = hook;
  const { rows } = await tx.query<HookRecord>(
    `UPDATE jobs.hook SET version = version + 1, request = $3, enabled = $4, principal = $5 WHERE workspace_id = $1 AND id = $2 RETURNING ${columns}`,
    [workspaceId, id, JSON.stringify(request), enabled, JSON.stringify(principal)],
  );
  return rows[0];
}

export async function lockHook(tx: Sql, workspaceId: string, id: string): Promise<HookRecord | undefined> {
  const { rows } = await tx.query<HookRecord>(
    `SELECT ${columns} FROM jobs.hook WHERE workspace_id = $1 AND id = $2 FOR UPDATE`,
    [workspaceId, id],
  );
  return rows[0];
}

/** Its secrets are part of what it is. */
export async function countHookChange(
  tx: Sql,
  workspaceId: string,
  id: string,
): Promise<HookRecord | undefined> {
  const { rows } = await tx.query<HookRecord>(
    `UPDATE jobs.hook SET version = version + 1 WHERE workspace_id = $1 AND id = $2 RETURNING ${columns}`,
    [workspaceId, id],
  );
  return rows[0];
}

export async function removeHook(tx: Sql, workspaceId: string, id: string): Promise<HookRecord | undefined> {
  const { rows } = await tx.query<HookRecord>(
    `DELETE FROM jobs.hook WHERE workspace_id = $1 AND id = $2 RETURNING ${columns}`,
    [workspaceId, id],
  );
  return rows[0];
}

/** The hook behind an address, whose workspace is its own: a sender shows none. Undefined when it is gone or not enabled. */
export async function calledHook(sql: Sql, id: string): Promise<ActingHook | undefined> {
  const { rows } = await sql.query<ActingHook>(
    `SELECT ${columns}, workspace_id AS "workspaceId", principal FROM jobs.hook WHERE id = $1 AND enabled`,
    [id],
    'jobs_called_hook',
  );
  return rows[0];
}

/** The run that holds the key of a call that has come before; undefined for one that has not, or not within its time. */
export async function runOfCall(
  sql: Sql,
  { workspaceId, jobName }: Pick<ActingHook, 'workspaceId' | 'jobName'>,
  key: string,
): Promise<string | undefined> {
  const { rows } = await sql.query<{ id: string }>(
    `SELECT run_id AS id FROM jobs.unique_key WHERE workspace_id = $1 AND job = $2 AND key = $3 AND until > now()`,
    [workspaceId, jobName, key],
    'jobs_run_of_call',
  );
  return rows[0]?.id;
}

/** Notes a call, in the transaction of its run. False: the hook is gone, or no longer enabled. */
export async function noteCall(
  tx: Sql,
  { workspaceId, id }: Pick<ActingHook, 'workspaceId' | 'id'>,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    'UPDATE jobs.hook SET last_called_at = now() WHERE workspace_id = $1 AND id = $2 AND enabled',
    [workspaceId, id],
    'jobs_note_call',
  );
  return rowCount > 0;
}
