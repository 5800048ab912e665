import type { Sql } from '../relational/port.ts';

/** One job of a pipeline, from its submission on: it writes a topic of its own, so what another one writes late is never read. */
export interface Generation {
  readonly pipelineId: number;
  readonly number: number;
  /** The log it reads, and writes its topic to. */
  readonly logId: string;
  /** The next record of its topic that is not stored yet. */
  readonly nextResult: number;
  /** By partition: the positions that lie in what is stored of a transaction of which the rest is not yet; they count with that. */
  readonly seen: ReadonlyMap<number, number>;
  /** Of what it computes (`jobFingerprint`). */
  readonly fingerprint: string;
  /** Where Flink put its state when it was stopped, for its next start; undefined when it runs, ended by itself, or kept none. */
  readonly savepoint: string | undefined;
}

/** A job before it has computed anything. */
export type NewGeneration = Omit<Generation, 'nextResult' | 'seen' | 'savepoint'>;

export async function readGeneration(sql: Sql, pipelineId: number): Promise<Generation | undefined> {
  const { rows } = await sql.query<{
    generation: number;
    logId: string;
    next: string;
    seen: readonly (readonly [number, number])[] | null;
    fingerprint: string;
    savepoint: string | null;
  }>(
    'SELECT generation, log_id AS "logId", next_result AS next, seen, fingerprint, savepoint FROM stream.flink_job WHERE pipeline_id = $1',
    [pipelineId],
    'stream_flink_job',
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  const { generation: number, logId, next, seen, fingerprint, savepoint } = row;
  return {
    pipelineId,
    number,
    logId,
    nextResult: Number(next),
    seen: new Map(seen ?? []),
    fingerprint,
    savepoint: savepoint ?? undefined,
  };
}

/** The generation that is read from now on. */
export async function beginGeneration(
  tx: Sql,
  { pipelineId, number, logId, fingerprint }: NewGeneration,
): Promise<void> {
  await tx.query(
    `INSERT INTO stream.flink_job (pipeline_id, generation, log_id, fingerprint) VALUES ($1, $2, $3, $4)
     ON CONFLICT (pipeline_id) DO UPDATE SET generation = EXCLUDED.generation, log_id = EXCLUDED.log_id, next_result = 0, seen = NULL,
       fingerprint = EXCLUDED.fingerprint, savepoint = NULL`,
    [pipelineId, number, logId, fingerprint],
    'stream_flink_begin',
  );
}

export async function storeNextResult(
  tx: Sql,
  { pipelineId, number, nextResult, seen }: Generation,
): Promise<void> {
  await tx.query(
    'UPDATE stream.flink_job SET next_result = $3, seen = $4 WHERE pipeline_id = $1 AND generation = $2',
    [pipelineId, number, nextResult, seen.size === 0 ? null : JSON.stringify([...seen])],
    'stream_flink_next',
  );
}

/**
 * Another engine computes these pipelines on from where they are. Their jobs are Flink's and may run on: what those told, tell yet or left as their state would be counted twice,
 * so a Flink that has them again begins new ones.
 */
export async function leaveGenerations(sql: Sql, pipelineIds: readonly number[]): Promise<void> {
  const { rows } = await sql.query<{ made: boolean }>(
    `SELECT to_regclass('stream.flink_job') IS NOT NULL AS made`,
  );
  if (rows[0]?.made !== true) return;
  await sql.query(`UPDATE stream.flink_job SET log_id = '' WHERE pipeline_id = ANY($1) AND log_id <> ''`, [
    pipelineIds,
  ]);
}

/** Where the stopped job of a generation left its state; undefined: there is none, or it is used up. */
export async function storeSavepoint(
  tx: Sql,
  { pipelineId, number }: Pick<Generation, 'pipelineId' | 'number'>,
  savepoint: string | undefined,
): Promise<void> {
  await tx.query(
    'UPDATE stream.flink_job SET savepoint = $3 WHERE pipeline_id = $1 AND generation = $2',
    [pipelineId, number, savepoint ?? null],
    'stream_flink_savepoint',
  );
}

/** Names of the generations that are read, by pipeline and number. */
export async function currentGenerations(sql: Sql): Promise<ReadonlySet<string>> {
  const { rows } = await sql.query<{ id: number; generation: number }>(
    'SELECT pipeline_id AS id, generation FROM stream.flink_job',
  );
  return new Set(rows.map(({ id, generation }) => generationName({ pipelineId: id, number: generation })));
}

export function generationName({ pipelineId, number }: Pick<Generation, 'pipelineId' | 'number'>): string {
  return `${pipelineId}.${number}`;
}
