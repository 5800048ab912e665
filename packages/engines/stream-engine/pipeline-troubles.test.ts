import { systemClock } from '@tributary/runtime';
import { freshDatabase } from '@tributary/test-kit';
import { expect, onTestFinished, test } from 'vitest';
import { testPipeline } from './conformance-rows.ts';
import { type DeployedPipeline, deployPipelines } from './embedded-pipelines.ts';
import { createStreamSchema } from './embedded-schema.ts';
import { readPipelineStates, storeRestored } from './pipeline-states.ts';
import { PipelineTroubles } from './pipeline-troubles.ts';

test('what a process says of pipelines that leads no more is not written down', async () => {
  const relational = await freshDatabase();
  onTestFinished(() => relational[Symbol.asyncDispose]());
  await createStreamSchema(relational, 'a log');
  const [deployed] = (await deployPipelines(relational, [testPipeline()], 0)) as [DeployedPipeline];
  await relational.query('UPDATE stream.pipeline SET savepoint_ms = 1');
  const state = async () => (await readPipelineStates(relational, 'a log'))[0];
  const leaders = [0, 1].map(
    (epoch) =>
      new PipelineTroubles({ sql: relational, clock: systemClock, epoch, onTrouble: () => undefined }),
  );
  const [before, now] = leaders as [PipelineTroubles, PipelineTroubles];
  before.failed(new Error('away'), [deployed]);
  await before.settled();
  expect((await state())?.failure?.code).toBe('INTERNAL');
  await relational.query('UPDATE stream.leader SET epoch = 1');
  await now.forget([deployed]);
  before.failed(new Error('another one'), [deployed]);
  before.failed(new TypeError('and one more'), [deployed]);
  await before.settled();
  await storeRestored(relational, [deployed.id], { epoch: 0, nowMs: 7 });
  expect((await state())?.failure).toBeUndefined();
  expect((await state())?.savepoint?.restoredAtMs).toBeUndefined();
  await storeRestored(relational, [deployed.id], { epoch: 1, nowMs: 8 });
  expect((await state())?.savepoint?.restoredAtMs).toBe(8);
});
