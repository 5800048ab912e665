import { CodedError, systemClock } from '@tributary/runtime';
import { eventually, freshDatabase } from '@tributary/test-kit';
import { expect, onTestFinished, test } from 'vitest';
import { testPipeline } from './conformance-rows.ts';
import { type DeployedPipeline, deployPipelines } from './embedded-pipelines.ts';
import { createStreamSchema } from './embedded-schema.ts';
import { readPipelineStates, storeWish } from './pipeline-states.ts';
import { PipelineTroubles } from './pipeline-troubles.ts';
import { computeWanted } from './wanted-pipelines.ts';

test('why a pipeline cannot be stopped yet is said although it is why it failed before it was to stop', async () => {
  const relational = await freshDatabase();
  onTestFinished(() => relational[Symbol.asyncDispose]());
  await createStreamSchema(relational, 'a log');
  const deployed = await deployPipelines(relational, [testPipeline()], 0);
  const [{ pipeline }] = deployed as [DeployedPipeline];
  const common = { clock: systemClock, epoch: 0 };
  const troubles = new PipelineTroubles({ ...common, sql: relational, onTrouble: () => undefined });
  const away = new CodedError('INTERNAL', 'The job is started again.');
  await using _computing = computeWanted(deployed, {
    ...common,
    relational,
    logId: 'a log',
    troubles,
    compute: async () => ({ [Symbol.asyncDispose]: () => Promise.resolve() }),
    halt: async (each) => {
      troubles.failed(away, [each]);
      return undefined;
    },
  });
  const state = async () => (await readPipelineStates(relational, 'a log'))[0];
  await eventually(async () => {
    troubles.failed(away, deployed);
    expect(await state()).toMatchObject({ wish: 'running', failure: { message: away.message } });
  });
  const wish = { name: pipeline.name, steering: 'stop', nowMs: 1 } as const;
  await relational.transaction((tx) => storeWish(tx, wish));
  await eventually(async () =>
    expect(await state()).toMatchObject({ wish: 'stopping', failure: { message: away.message } }),
  );
});
