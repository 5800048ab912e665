import type { Sql } from '../relational/port.ts';

/** One job of a pipeline, from its submission on: it writes a topic of its own, so what another one writes late is never read. */
export interface Generation {
  readonly pipelineId: number;
  readonly number: number;
  /** The log it reads, and writes its topic to. */
  readonly logId: string;
  /** The next record of its topic that is not stored yet. */
  readonly nextResult: number;
}

export async function readGeneration(sql: Sql, pipelineId: number): Promise<Generation | undefined> {
  const { rows } = await sql.query<{ generation: number; logId: string; next: string }>(
    'SELECT generation, log_id AS "logId", next_result AS next FROM stream.flink_job WHERE pipeline_id = $1',
    [pipelineId],
    'stream_flink_job',
  );
  const [row] = rows;
  return row === undefined
    ? undefined
    : { pipelineId, number: row.generation, logId: row.logId, nextResult: Number(row.next) };
}

/** The generation that is read from now on. */
export async function beginGeneration(
  tx: Sql,
  { pipelineId, number, logId }: Omit<Generation, 'nextResult'>,
): Promise<void> {
  await tx.query(
    `INSERT INTO stream.flink_job (pipeline_id, generation, log_id) VALUES ($1, $2, $3)
     ON CONFLICT (pipeline_id) DO UPDATE SET generation = EXCLUDED.generation, log_id = EXCLUDED.log_id, next_result = 0`,
    [pipelineId, number, logId],
    'stream_flink_begin',
  );
}

export async function storeNextResult(
  tx: Sql,
  { pipelineId, number, nextResult }: Generation,
): Promise<void> {
  await tx.query(
    'UPDATE stream.flink_job SET next_result = $3 WHERE pipeline_id = $1 AND generation = $2',
    [pipelineId, number, nextResult],
    'stream_flink_next',
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
