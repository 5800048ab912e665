import { createLogger, systemClock } from '@tributary/runtime';
import { freshDatabase } from '@tributary/test-kit';
import { expect, onTestFinished, test } from 'vitest';
import { testPipeline, workspaceId } from './conformance-rows.ts';
import { type DeployedPipeline, deployPipelines } from './embedded-pipelines.ts';
import { readPositions } from './embedded-state.ts';
import { beginGeneration, type Generation, readGeneration } from './flink-generation.ts';
import type { ResultRecord } from './flink-results.ts';
import type { CommittedRecords } from './flink-results-topic.ts';
import { FlinkRunner } from './flink-runner.ts';
import { createFlinkSchema } from './flink-schema.ts';
import { drainResults, takeResults } from './flink-taken-results.ts';
import { PipelineTroubles } from './pipeline-troubles.ts';

const logId = 'a log';
const log = createLogger({ name: 'test', level: 'silent' });

/** As a job writes it. */
function record(row: ResultRecord['row']): Buffer {
  return Buffer.from(
    JSON.stringify({ op: 'c', before: null, after: { cut: null, val: null, p: null, ...row } }),
  );
}

const pane = (st: number): Buffer => record({ r: 2, ws: workspaceId, k: '[]', st, n: 1, lo: st, hi: st });
const position = (p: number, hi: number): Buffer => record({ r: 0, p, hi, lo: null, n: 1 });

async function opened() {
  const relational = await freshDatabase();
  onTestFinished(() => relational[Symbol.asyncDispose]());
  await createFlinkSchema(relational, logId);
  const pipeline = testPipeline({ groupings: [[]], measures: [{ name: 'rows', function: 'count' }] });
  const [deployed] = (await deployPipelines(relational, [pipeline], 0)) as [DeployedPipeline];
  const generation = { pipelineId: deployed.id, number: 1, logId, fingerprint: 'a query' };
  await relational.transaction((tx) => beginGeneration(tx, generation));
  const work = { epoch: 0, sink: async () => undefined };
  const troubles = new PipelineTroubles({
    ...work,
    sql: relational,
    clock: systemClock,
    onTrouble: (err) => log.warn({ err }, 'trouble'),
  });
  /** As whoever leads begins: from the store alone. */
  const begin = async (parts: readonly CommittedRecords[]) => {
    const known = (await readGeneration(relational, deployed.id)) as Generation;
    const runner = await FlinkRunner.resume(deployed, {
      ...{ sql: relational, logId, topicId: undefined, clock: systemClock, ends: [0, 0] },
      seen: known.seen,
    });
    const topic = {
      committed: async (from: number): Promise<CommittedRecords> =>
        parts.find(({ nextOffset }) => nextOffset > from) ?? { values: [], nextOffset: from, whole: true },
    };
    return { known, place: { ...work, troubles, relational, deployed, runner, topic } };
  };
  const stored = async (): Promise<unknown> => {
    const { rows } = await relational.query<{ n: number }>(
      'SELECT sum(row_count)::int AS n FROM stream.cell',
    );
    const positions = await readPositions(relational, { pipelineId: deployed.id, logId });
    return [rows[0]?.n, Object.fromEntries(positions)];
  };
  return { begin, stored };
}

test('of a transaction that is stored in parts, by one process and then another, the positions count with the last part, wherever they stand in it', async () => {
  const { begin, stored } = await opened();
  const parts = [
    { values: [position(0, 41), pane(0)], nextOffset: 2, whole: false },
    { values: [position(1, 6), pane(10_000)], nextOffset: 4, whole: false },
    { values: [pane(20_000)], nextOffset: 5, whole: true },
  ];
  for (const [at, expected] of [
    [1, {}],
    [2, {}],
    [3, { 0: 42, 1: 7 }],
  ] as const) {
    const { known, place } = await begin(parts);
    await takeResults(known, place, 0);
    expect(await stored()).toEqual([at, expected]);
  }
  const { known, place } = await begin([...parts, { values: [position(0, 50)], nextOffset: 6, whole: true }]);
  expect(known.seen.size).toBe(0);
  expect(await drainResults(known, place)).toMatchObject({ nextResult: 6 });
  expect(await stored()).toEqual([3, { 0: 51, 1: 7 }]);
});

test('what a topic keeps no more is told as such, and stores nothing', async () => {
  const { begin, stored } = await opened();
  const { known, place } = await begin([{ values: [position(0, 41), pane(0)], nextOffset: 2, whole: true }]);
  await takeResults(known, place, 0);
  const gone = { ...place, topic: { committed: async () => undefined } };
  expect(await drainResults(known, gone)).toBeUndefined();
  expect(await stored()).toEqual([1, { 0: 42 }]);
});
