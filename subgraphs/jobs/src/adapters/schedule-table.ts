import type { Sql } from '@tributary/engines/relational';
import type { MissedPolicy, RunPrincipal, StoredRequest } from '@tributary/job-queue';
import type { OwnTable } from './own-rows.ts';
import { utc } from './run-table.ts';

export interface ScheduleRecord {
  readonly id: string;
  readonly version: number;
  readonly name: string;
  readonly jobName: string;
  readonly cron: string;
  readonly timeZone: string;
  readonly missed: MissedPolicy;
  readonly enabled: boolean;
  readonly request: StoredRequest;
  readonly nextAt: string | null;
  readonly lastAt: string | null;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly lastErrorAt: string | null;
  readonly createdAt: string;
}

const columns = `id, version, name, job AS "jobName", cron, time_zone AS "timeZone", missed, enabled, request, ${utc('next_at')} AS "nextAt",
  ${utc('last_at')} AS "lastAt", last_error_code AS "errorCode", last_error_message AS "errorMessage",
  ${utc('last_error_at')} AS "lastErrorAt", ${utc('created_at')} AS "createdAt"`;

export const scheduleTable: OwnTable = { name: 'jobs.schedule', columns };

type Written = 'id' | 'name' | 'jobName' | 'cron' | 'timeZone' | 'missed' | 'enabled' | 'request';

export interface NewSchedule extends Pick<ScheduleRecord, Written> {
  readonly workspaceId: string;
  readonly nextAtMs: number | null;
  readonly principal: RunPrincipal;
}

export async function insertSchedule(tx: Sql, schedule: NewSchedule): Promise<ScheduleRecord | undefined> {
  const { workspaceId, id, name, jobName, cron, timeZone, missed, enabled, request, nextAtMs, principal } =
    schedule;
  const { rows } = await tx.query<ScheduleRecord>(
    `INSERT INTO jobs.schedule (workspace_id, id, name, job, cron, time_zone, missed, enabled, request, next_at, principal, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, to_timestamp($10::float8 / 1000), $11, now()) RETURNING ${columns}`,
    [
      workspaceId,
      id,
      name,
      jobName,
      cron,
      timeZone,
      missed,
      enabled,
      JSON.stringify(request),
      nextAtMs,
      JSON.stringify(principal),
    ],
  );
  return rows[0];
}

export async function lockSchedule(
  tx: Sql,
  workspaceId: string,
  id: string,
): Promise<ScheduleRecord | undefined> {
  const { rows } = await tx.query<ScheduleRecord>(
    `SELECT ${columns} FROM jobs.schedule WHERE workspace_id = $1 AND id = $2 FOR UPDATE`,
    [workspaceId, id],
  );
  return rows[0];
}

export async function updateSchedule(tx: Sql, schedule: NewSchedule): Promise<ScheduleRecord | undefined> {
  const { workspaceId, id, cron, timeZone, missed, enabled, request, nextAtMs, principal } = schedule;
  const { rows } = await tx.query<ScheduleRecord>(
    `UPDATE jobs.schedule SET version = version + 1, cron = $3, time_zone = $4, missed = $5, enabled = $6, request = $7,
       next_at = to_timestamp($8::float8 / 1000), principal = $9, last_error_code = NULL, last_error_message = NULL, last_error_at = NULL
     WHERE workspace_id = $1 AND id = $2 RETURNING ${columns}`,
    [
      workspaceId,
      id,
      cron,
      timeZone,
      missed,
      enabled,
      JSON.stringify(request),
      nextAtMs,
      JSON.stringify(principal),
    ],
  );
  return rows[0];
}

export async function removeSchedule(
  tx: Sql,
  workspaceId: string,
  id: string,
): Promise<ScheduleRecord | undefined> {
  const { rows } = await tx.query<ScheduleRecord>(
    `DELETE FROM jobs.schedule WHERE workspace_id = $1 AND id = $2 RETURNING ${columns}`,
    [workspaceId, id],
  );
  return rows[0];
}

/** The runs that these schedules' last ticks enqueued, by schedule. A tick's unique key names its run for a week. */
export async function lastRunsOf(
  sql: Sql,
  workspaceId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await sql.query<{ id: string; runId: string }>(
    `SELECT s.id, k.run_id AS "runId" FROM jobs.schedule s
     JOIN jobs.unique_key k ON k.workspace_id = s.workspace_id AND k.job = s.job
       AND k.key = 'schedule:' || s.id || ':' || ${utc('s.last_at')}
     WHERE s.workspace_id = $1 AND s.id = ANY($2::uuid[])`,
    [workspaceId, ids],
  );
  return new Map(rows.map(({ id, runId }) => [id, runId]));
}
