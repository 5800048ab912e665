import { createHash } from 'node:crypto';
import { CodedError } from '@tributary/runtime';
import { changeSchema } from '../relational/change-schema.ts';
import type { Relational, Sql } from '../relational/port.ts';
import { isResumable } from './pipeline-upgrade.ts';
import type { Pipeline } from './port.ts';

export interface DeployedPipeline {
  readonly id: number;
  readonly pipeline: Pipeline;
  /** Of its declaration. */
  readonly fingerprint: string;
}

/** 'strd' in ASCII: processes that start together deploy one after the other. */
const deployLock = 0x73747264;

interface Stored {
  readonly name: string;
  readonly id: number;
  readonly fingerprint: string;
  readonly definition: Pipeline | null;
}

/**
 * Makes the stored pipelines the declared ones. One that is declared otherwise than before goes on with its windows where they are right under the new
 * declaration too, and else loses them and is computed anew; one that is declared no more goes with its results. What is stopped stays stopped.
 */
export async function deployPipelines(
  relational: Relational,
  pipelines: readonly Pipeline[],
  nowMs: number,
): Promise<readonly DeployedPipeline[]> {
  return changeSchema(relational, deployLock, async (tx) => {
    await tx.query('DELETE FROM stream.pipeline WHERE name <> ALL($1)', [pipelines.map(({ name }) => name)]);
    const { rows: stored } = await tx.query<Stored>(
      'SELECT name, pipeline_id AS id, fingerprint, definition FROM stream.pipeline',
    );
    const deployed: DeployedPipeline[] = [];
    for (const pipeline of pipelines) {
      const before = stored.find(({ name }) => name === pipeline.name);
      const print = fingerprint(pipeline);
      deployed.push({
        pipeline,
        fingerprint: print,
        id: await deploy(tx, { pipeline, print, before, nowMs }),
      });
    }
    return deployed;
  });
}

interface Deployment {
  readonly pipeline: Pipeline;
  readonly print: string;
  readonly before: Stored | undefined;
  readonly nowMs: number;
}

async function deploy(tx: Sql, { pipeline, print, before, nowMs }: Deployment): Promise<number> {
  if (before?.fingerprint === print) {
    // A row of before declarations were kept is as it was declared then.
    if (before.definition === null)
      await tx.query('UPDATE stream.pipeline SET definition = $2 WHERE pipeline_id = $1', [
        before.id,
        JSON.stringify(pipeline),
      ]);
    return before.id;
  }
  const declared = [pipeline.name, print, JSON.stringify(pipeline), nowMs];
  if (before !== undefined && before.definition !== null && isResumable(before.definition, pipeline)) {
    await tx.query(
      `UPDATE stream.pipeline SET fingerprint = $2, definition = $3, version = version + 1, changed_ms = $4, change = 'resumed' WHERE name = $1`,
      declared,
    );
    return before.id;
  }
  const { rows } = await tx.query<{ id: number }>(
    before === undefined ? newSql : changedSql,
    before === undefined ? declared : [...declared, ...(await removed(tx, pipeline.name))],
  );
  return rows[0]?.id ?? 0;
}

const newSql = `INSERT INTO stream.pipeline (name, fingerprint, definition, since_ms) VALUES ($1, $2, $3, $4) RETURNING pipeline_id AS id`;
const changedSql = `
INSERT INTO stream.pipeline (name, fingerprint, definition, since_ms, changed_ms, change, version, state)
VALUES ($1, $2, $3, $4, $4, 'recomputed', $5 + 1, $6) RETURNING pipeline_id AS id`;

async function removed(tx: Sql, name: string): Promise<readonly [version: number, state: string]> {
  const { rows } = await tx.query<{ version: number; state: string }>(
    'DELETE FROM stream.pipeline WHERE name = $1 RETURNING version, state',
    [name],
  );
  return [rows[0]?.version ?? 0, rows[0]?.state ?? 'running'];
}

/**
 * Forgets what is computed: the row that takes the place of the old one has another id, so who still computes under that can commit nothing more.
 * The transaction's statements have to be allowed `wholeTableLimitMs`.
 */
export async function renewPipeline(tx: Sql, name: string, nowMs: number): Promise<void> {
  const { rows } = await tx.query<{ fingerprint: string; definition: Pipeline | null; version: number }>(
    'DELETE FROM stream.pipeline WHERE name = $1 RETURNING fingerprint, definition, version',
    [name],
  );
  const [old] = rows;
  if (old === undefined) throw noPipeline(name);
  await tx.query(
    `INSERT INTO stream.pipeline (name, fingerprint, definition, since_ms, changed_ms, change, version) VALUES ($1, $2, $3, $4, $4, 'recomputed', $5)`,
    [name, old.fingerprint, JSON.stringify(old.definition), nowMs, old.version],
  );
}

/** The id of a deployed pipeline. @throws CodedError NOT_FOUND */
export async function pipelineId(sql: Sql, pipeline: Pipeline): Promise<number> {
  const { rows } = await sql.query<{ id: number }>(
    'SELECT pipeline_id AS id FROM stream.pipeline WHERE name = $1',
    [pipeline.name],
    'stream_pipeline',
  );
  const [found] = rows;
  if (found === undefined) throw noPipeline(pipeline.name);
  return found.id;
}

export function noPipeline(name: string): CodedError {
  return new CodedError('NOT_FOUND', `There is no pipeline ${name}.`);
}

function fingerprint(pipeline: Pipeline): string {
  return createHash('sha256').update(JSON.stringify(pipeline)).digest('hex');
}
