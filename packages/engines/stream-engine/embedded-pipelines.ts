import { createHash } from 'node:crypto';
import { CodedError } from '@tributary/runtime';
import type { Relational, Sql } from '../relational/port.ts';
import type { Pipeline } from './port.ts';

export interface DeployedPipeline {
  readonly id: number;
  readonly pipeline: Pipeline;
}

/** 'strd' in ASCII: processes that start together deploy one after the other. */
const deployLock = 0x73747264;

/**
 * Makes the stored pipelines the declared ones. One that is declared otherwise than before loses what was computed, and is computed
 * anew; one that is declared no more goes with its results.
 */
export async function deployPipelines(
  relational: Relational,
  pipelines: readonly Pipeline[],
): Promise<readonly DeployedPipeline[]> {
  return relational.transaction(async (tx) => {
    await tx.query('SELECT pg_advisory_xact_lock($1)', [deployLock]);
    // Removing the results of a large pipeline takes longer than a statement may usually take.
    await tx.query('SET LOCAL statement_timeout = 0');
    const prints = pipelines.map(fingerprint);
    await tx.query(
      'DELETE FROM stream.pipeline WHERE (name, fingerprint) NOT IN (SELECT * FROM unnest($1::text[], $2::text[]))',
      [pipelines.map(({ name }) => name), prints],
    );
    await tx.query(
      'INSERT INTO stream.pipeline (name, fingerprint) SELECT * FROM unnest($1::text[], $2::text[]) ON CONFLICT (name) DO NOTHING',
      [pipelines.map(({ name }) => name), prints],
    );
    const { rows } = await tx.query<{ id: number; name: string }>(
      'SELECT pipeline_id AS id, name FROM stream.pipeline',
    );
    const ids = new Map(rows.map(({ id, name }) => [name, id]));
    return pipelines.map((pipeline) => ({ pipeline, id: ids.get(pipeline.name) ?? 0 }));
  });
}

/** The id of a deployed pipeline. @throws CodedError NOT_FOUND */
export async function pipelineId(sql: Sql, pipeline: Pipeline): Promise<number> {
  const { rows } = await sql.query<{ id: number }>(
    'SELECT pipeline_id AS id FROM stream.pipeline WHERE name = $1',
    [pipeline.name],
    'stream_pipeline',
  );
  const [found] = rows;
  if (found === undefined) throw new CodedError('NOT_FOUND', `There is no pipeline ${pipeline.name}.`);
  return found.id;
}

function fingerprint(pipeline: Pipeline): string {
  return createHash('sha256').update(JSON.stringify(pipeline)).digest('hex');
}
