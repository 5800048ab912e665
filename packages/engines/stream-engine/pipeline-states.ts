import { CodedError, isErrorCode } from '@tributary/runtime';
import type { Sql } from '../relational/port.ts';
import { noPipeline, renewPipeline } from './embedded-pipelines.ts';
import type { PipelineChange, PipelineFailure, PipelineSavepoint, PipelineStatus, Steering } from './port.ts';

/** A pipeline's row: what is declared, wished and known of it. */
export interface PipelineState {
  readonly id: number;
  readonly name: string;
  readonly fingerprint: string;
  readonly version: number;
  readonly wish: 'running' | 'stopping' | 'stopped';
  readonly sinceMs: number;
  readonly withoutSavepoint: boolean;
  readonly failure: PipelineFailure | undefined;
  readonly savepointFailure: PipelineFailure | undefined;
  readonly savepoint: PipelineSavepoint | undefined;
  readonly change: PipelineChange | undefined;
  /** Of its last commit in the log that is asked for. */
  readonly storedAtMs: number | undefined;
  readonly offsets: ReadonlyMap<number, number>;
  /** Of the topic that those are of; undefined where nobody knows. */
  readonly topicId: string | undefined;
}

type OfRow =
  | 'sinceMs'
  | 'failure'
  | 'savepointFailure'
  | 'savepoint'
  | 'change'
  | 'storedAtMs'
  | 'offsets'
  | 'topicId';
interface Row extends Omit<PipelineState, OfRow> {
  readonly sinceMs: string;
  readonly failure: { readonly code: string; readonly message: string; readonly sinceMs: number } | null;
  readonly savepointFailure: { readonly code: string; readonly message: string } | null;
  readonly savepointMs: string | null;
  readonly savepointPlace: string | null;
  readonly restoredMs: string | null;
  readonly changedMs: string | null;
  readonly change: PipelineChange['how'] | null;
  readonly storedAt: Date | null;
  readonly offsets: Readonly<Record<string, number>> | null;
  readonly topicId: string | null;
}

const readSql = `
SELECT p.pipeline_id AS id, name, fingerprint, version, state AS wish, since_ms AS "sinceMs", failure,
       without_savepoint AS "withoutSavepoint", savepoint_failure AS "savepointFailure",
       savepoint_ms AS "savepointMs", savepoint_place AS "savepointPlace", restored_ms AS "restoredMs", changed_ms AS "changedMs", change,
       stored.at AS "storedAt", stored.offsets, stored."topicId"
FROM stream.pipeline p LEFT JOIN LATERAL (
  SELECT max(stored_at) AS at, json_object_agg(partition, next_offset) AS offsets, max(topic_id) AS "topicId"
  FROM stream.position WHERE pipeline_id = p.pipeline_id AND log_id = $1
) stored ON true
ORDER BY name`;

/** All that are deployed, by name. */
export async function readPipelineStates(sql: Sql, logId: string): Promise<readonly PipelineState[]> {
  const { rows } = await sql.query<Row>(readSql, [logId], 'stream_states');
  return rows.map(({ failure, savepointFailure, change, changedMs, storedAt, offsets, topicId, ...row }) => ({
    ...row,
    savepoint: savepointOf(row),
    sinceMs: failure === null ? Number(row.sinceMs) : failure.sinceMs,
    failure: failure === null ? undefined : failureOf(failure),
    savepointFailure: savepointFailure === null ? undefined : failureOf(savepointFailure),
    change: change === null ? undefined : { atMs: Number(changedMs), how: change },
    storedAtMs: storedAt?.getTime(),
    topicId: topicId ?? undefined,
    offsets: new Map(Object.entries(offsets ?? {}).map(([partition, offset]) => [Number(partition), offset])),
  }));
}

function savepointOf({
  savepointMs,
  savepointPlace,
  restoredMs,
}: Pick<Row, 'savepointMs' | 'savepointPlace' | 'restoredMs'>): PipelineSavepoint | undefined {
  if (savepointMs === null) return undefined;
  return {
    atMs: Number(savepointMs),
    place: savepointPlace ?? undefined,
    restoredAtMs: restoredMs === null ? undefined : Number(restoredMs),
  };
}

/** What fails is tried again as long as it is to run; one that was asked to stop rests. */
export function shownState({ wish, failure }: PipelineState): PipelineStatus['state'] {
  return wish === 'running' && failure !== undefined ? 'failing' : wish;
}

function failureOf({ code, message }: { readonly code: string; readonly message: string }): PipelineFailure {
  return { code: isErrorCode(code) ? code : 'INTERNAL', message };
}

/** In words that leave the process: those of a coded error are, others are told to its log. */
export function failureTold(error: unknown): PipelineFailure {
  if (error instanceof CodedError) return { code: error.code, message: error.message };
  return {
    code: 'INTERNAL',
    message: 'What is computed could not be stored; the log of the process that computes says why.',
  };
}

const wishSql = {
  stop: `UPDATE stream.pipeline SET state = 'stopping', since_ms = $2, failure = NULL, savepoint_failure = NULL, without_savepoint = false
    WHERE name = $1 AND state = 'running'`,
  stopWithoutSavepoint: `UPDATE stream.pipeline SET state = 'stopping', since_ms = $2, failure = NULL, savepoint_failure = NULL, without_savepoint = true
    WHERE name = $1 AND (state = 'running' OR state = 'stopping' AND NOT without_savepoint)`,
  start: `UPDATE stream.pipeline SET state = 'running', since_ms = $2, failure = NULL, savepoint_failure = NULL WHERE name = $1 AND state <> 'running'`,
} as const;

/** Stores a wish; false where nothing changes. @throws CodedError NOT_FOUND */
export async function storeWish(
  tx: Sql,
  { name, steering, nowMs }: { readonly name: string; readonly steering: Steering; readonly nowMs: number },
): Promise<boolean> {
  const locked = await tx.query('SELECT FROM stream.pipeline WHERE name = $1 FOR UPDATE', [name]);
  if (locked.rowCount === 0) throw noPipeline(name);
  if (steering !== 'recompute') return (await tx.query(wishSql[steering], [name, nowMs])).rowCount > 0;
  await renewPipeline(tx, name, nowMs);
  return true;
}

/** What a pipeline that was stopped is left with; `place` as in `PipelineSavepoint`. */
export type Kept = Pick<PipelineSavepoint, 'place'> | undefined;

/** Under the transaction of whoever leads: one that was asked to run again meanwhile does, from what it was stopped with. */
export async function storeStopped(
  tx: Sql,
  id: number,
  { kept, nowMs }: { readonly kept: Kept; readonly nowMs: number },
): Promise<void> {
  await tx.query(
    'UPDATE stream.pipeline SET savepoint_ms = $2, savepoint_place = $3, restored_ms = NULL WHERE pipeline_id = $1',
    [id, kept === undefined ? null : nowMs, kept?.place ?? null],
  );
  await tx.query(
    `UPDATE stream.pipeline SET state = 'stopped', since_ms = $2, failure = NULL WHERE pipeline_id = $1 AND state = 'stopping'`,
    [id, nowMs],
  );
}

/** What a leader says of pipelines outside of a transaction of its epoch holds as long as no other one leads: that one knows better. */
function stillLeads(parameter: number): string {
  return `EXISTS (SELECT FROM stream.leader WHERE epoch = $${parameter})`;
}

/** These go on from what they were stopped with, where they were; once for each stop. */
export async function storeRestored(
  sql: Sql,
  ids: readonly number[],
  { epoch, nowMs }: { readonly epoch: number; readonly nowMs: number },
): Promise<void> {
  await sql.query(
    `UPDATE stream.pipeline SET restored_ms = $2 WHERE pipeline_id = ANY($1) AND savepoint_ms IS NOT NULL AND restored_ms IS NULL AND ${stillLeads(3)}`,
    [ids, nowMs, epoch],
  );
}

/** What runs of it began without what it was stopped with. */
export async function forgetSavepoint(sql: Sql, id: number): Promise<void> {
  await sql.query(
    'UPDATE stream.pipeline SET savepoint_ms = NULL, savepoint_place = NULL, restored_ms = NULL WHERE pipeline_id = $1 AND savepoint_ms IS NOT NULL',
    [id],
  );
}

/** As `storeStopped`, for one that could not be stopped: it is to run again. */
export async function storeRefusal(
  tx: Sql,
  id: number,
  { failure, nowMs }: { readonly failure: PipelineFailure; readonly nowMs: number },
): Promise<void> {
  const { rowCount } = await tx.query(
    `UPDATE stream.pipeline SET state = 'running', since_ms = $2 WHERE pipeline_id = $1 AND state = 'stopping' AND NOT without_savepoint`,
    [id, nowMs],
  );
  if (rowCount > 0) await storeSavepointFailure(tx, id, failure);
}

export async function storeSavepointFailure(tx: Sql, id: number, failure: PipelineFailure): Promise<void> {
  await tx.query('UPDATE stream.pipeline SET savepoint_failure = $2 WHERE pipeline_id = $1', [
    id,
    JSON.stringify(failure),
  ]);
}

export async function storeFailure(
  sql: Sql,
  id: number,
  {
    epoch,
    failure,
  }: {
    readonly epoch: number;
    readonly failure: (PipelineFailure & { readonly sinceMs: number }) | null;
  },
): Promise<void> {
  await sql.query(`UPDATE stream.pipeline SET failure = $2 WHERE pipeline_id = $1 AND ${stillLeads(3)}`, [
    id,
    failure === null ? null : JSON.stringify(failure),
    epoch,
  ]);
}
