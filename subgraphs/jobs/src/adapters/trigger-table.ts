import type { Sql } from '@tributary/engines/relational';
import type { RunPrincipal, StoredRequest } from '@tributary/job-queue';
import type { TriggerFilter } from '../domain/trigger-filter.ts';
import type { OwnTable } from './own-rows.ts';
import { utc } from './run-table.ts';

export interface TriggerRecord extends TriggerFilter {
  readonly id: string;
  readonly version: number;
  readonly name: string;
  readonly jobName: string;
  readonly topic: string;
  /** Its input is a template. */
  readonly request: StoredRequest;
  readonly enabled: boolean;
  /** In a minute of the clock. */
  readonly runsPerMinute: number;
  readonly fired: number;
  /** Events that fitted and started nothing. */
  readonly passedOver: number;
  readonly lastFiredAt: string | null;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly lastErrorAt: string | null;
  readonly createdAt: string;
}

/** A trigger with what firing it needs. */
export interface ActingTrigger extends TriggerRecord {
  readonly workspaceId: string;
  readonly principal: RunPrincipal;
}

const columns = `id, version, name, job AS "jobName", topic, types, subject, conditions, request, enabled, runs_per_minute AS "runsPerMinute", fired::float8 AS fired,
  passed_over::float8 AS "passedOver",
  ${utc('last_fired_at')} AS "lastFiredAt", last_error_code AS "errorCode", last_error_message AS "errorMessage",
  ${utc('last_error_at')} AS "lastErrorAt", ${utc('created_at')} AS "createdAt"`;
export const triggerTable: OwnTable = { name: 'jobs.trigger', columns };
const acting = `${columns}, workspace_id AS "workspaceId", principal`;

export type TriggerRow = Pick<
  ActingTrigger,
  'workspaceId' | 'principal' | 'request' | 'enabled' | 'runsPerMinute'
> &
  TriggerFilter;

export type NewTrigger = TriggerRow & Pick<TriggerRecord, 'id' | 'name' | 'jobName' | 'topic'>;

export async function insertTrigger(tx: Sql, trigger: NewTrigger): Promise<TriggerRecord | undefined> {
  const { workspaceId, id, name, jobName, topic, types, subject, conditions, request, principal } = trigger;
  const { enabled, runsPerMinute } = trigger;
  const json = [conditions, request, principal].map((value) => JSON.stringify(value));
  const { rows } = await tx.query<TriggerRecord>(
    `INSERT INTO jobs.trigger (workspace_id, id, name, job, topic, types, subject, enabled, runs_per_minute,
       conditions, request, principal, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, now()) RETURNING ${columns}`,
    [workspaceId, id, name, jobName, topic, types, subject, enabled, runsPerMinute, ...json],
  );
  return rows[0];
}

/** Changes it and forgets its last error. */
export async function updateTrigger(
  tx: Sql,
  id: string,
  { workspaceId, types, subject, enabled, runsPerMinute, conditions, request, principal }: TriggerRow,
): Promise<TriggerRecord | undefined> {
  const json = [conditions, request, principal].map((value) => JSON.stringify(value));
  const { rows } = await tx.query<TriggerRecord>(
    `UPDATE jobs.trigger SET version = version + 1, types = $3, subject = $4, enabled = $5, runs_per_minute = $6, conditions = $7, request = $8, principal = $9,
       last_error_code = NULL, last_error_message = NULL, last_error_at = NULL
     WHERE workspace_id = $1 AND id = $2 RETURNING ${columns}`,
    [workspaceId, id, types, subject, enabled, runsPerMinute, ...json],
  );
  return rows[0];
}

/** A minute of the clock as it is in this transaction, or a later one that another has counted in already. */
const minute = `date_trunc('minute', now())`;

export interface Room {
  /** Runs it may still enqueue in this minute. */
  readonly room: number;
}

/** The trigger as it is now, and the runs it may still enqueue in this minute, held until the transaction ends; undefined when it is gone. */
export async function lockTrigger(
  tx: Sql,
  workspaceId: string,
  id: string,
): Promise<(ActingTrigger & Room) | undefined> {
  const { rows } = await tx.query<ActingTrigger & Room>(
    `SELECT ${acting}, greatest(0, runs_per_minute - CASE WHEN minute_at >= ${minute} THEN minute_runs ELSE 0 END) AS room
     FROM jobs.trigger WHERE workspace_id = $1 AND id = $2 FOR UPDATE`,
    [workspaceId, id],
    'jobs_lock_trigger',
  );
  return rows[0];
}

export async function removeTrigger(
  tx: Sql,
  workspaceId: string,
  id: string,
): Promise<TriggerRecord | undefined> {
  const { rows } = await tx.query<TriggerRecord>(
    `DELETE FROM jobs.trigger WHERE workspace_id = $1 AND id = $2 RETURNING ${columns}`,
    [workspaceId, id],
  );
  return rows[0];
}

/** What says whether an event is for a trigger. Its input, which may be large, is read when one is. */
export type WatchingTrigger = Pick<ActingTrigger, 'workspaceId' | 'id'> &
  TriggerFilter & {
    /** By the database's clock. */
    readonly createdAtMs: number;
  };

/** Enabled triggers of these workspaces on a topic. */
export async function triggersOn(
  sql: Sql,
  topic: string,
  workspaceIds: readonly string[],
): Promise<readonly WatchingTrigger[]> {
  const { rows } = await sql.query<WatchingTrigger>(
    `SELECT workspace_id AS "workspaceId", id, types, subject, conditions,
       (extract(epoch FROM created_at) * 1000)::float8 AS "createdAtMs"
     FROM jobs.trigger WHERE enabled AND topic = $1 AND workspace_id = ANY($2::uuid[]) ORDER BY id`,
    [topic, workspaceIds],
    'jobs_triggers_on',
  );
  return rows;
}

export interface Firing {
  readonly workspaceId: string;
  readonly id: string;
  /** Runs it has just enqueued. */
  readonly enqueued: number;
  /** Events that fitted and started nothing. */
  readonly passedOver: number;
  /** Why an event started nothing. */
  readonly error: { readonly code: string; readonly message: string } | undefined;
}

/** Notes what came of events. */
export async function noteFiring(
  tx: Sql,
  { workspaceId, id, enqueued, passedOver, error }: Firing,
): Promise<void> {
  await tx.query(
    `UPDATE jobs.trigger SET fired = fired + $3, passed_over = passed_over + $6,
       minute_runs = CASE WHEN minute_at >= ${minute} THEN minute_runs ELSE 0 END + $3, minute_at = greatest(minute_at, ${minute}),
       last_fired_at = CASE WHEN $3 > 0 THEN now() ELSE last_fired_at END,
       last_error_code = coalesce($4, last_error_code), last_error_message = coalesce($5, last_error_message),
       last_error_at = CASE WHEN $4 IS NULL THEN last_error_at ELSE now() END
     WHERE workspace_id = $1 AND id = $2`,
    [workspaceId, id, enqueued, error?.code ?? null, error?.message ?? null, passedOver],
    'jobs_note_firing',
  );
}

/** How many triggers stand before each of these runs; those that are forgotten are left out. */
export async function triggerDepths(
  sql: Sql,
  workspaceId: string,
  runIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql.query<{ id: string; depth: number }>(
    'SELECT id, trigger_depth AS depth FROM jobs.run WHERE workspace_id = $1 AND id = ANY($2::uuid[])',
    [workspaceId, runIds],
    'jobs_trigger_depths',
  );
  return new Map(rows.map(({ id, depth }) => [id, depth]));
}
