import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newId } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { expect, onTestFinished, test, vi } from 'vitest';
import { eventOf, rowOf, testPipeline } from '../stream-engine/conformance-rows.ts';
import {
  everything,
  type FlinkUnderTest,
  jobsOf,
  openFlinkUnderTest,
  patienceMs,
  untilComputed,
} from '../stream-engine/open-flink.fixture.ts';
import type { Pipeline, PipelineStatus, StreamEngine } from '../stream-engine/port.ts';
import { openStatesFolder } from '../stream-engine/states-folder.fixture.ts';

vi.setConfig({ testTimeout: 300_000 });

const noSink = async (): Promise<void> => undefined;
const noWish = noSink;
const day = Date.parse('2026-11-01T00:00:00Z');
const pipeline = testPipeline({
  groupings: [[]],
  windows: [{ name: 'TEN', kind: 'tumble', sizeMs: 10_000, offsetMs: 0 }],
  allowedLatenessMs: 60_000,
});
const patient = { timeoutMs: patienceMs };

async function statusOf(engine: StreamEngine): Promise<PipelineStatus | undefined> {
  return (await engine.pipelines()).find(({ name }) => name === pipeline.name);
}

function teller({ eventLog }: FlinkUnderTest) {
  let told = 0;
  return {
    tell: async (): Promise<void> => {
      const row = { properties: rowOf({ timeMs: day, place: 'DTW', amount: 1 }) };
      await eventLog.append('test.row', [eventOf(newId(), row)]);
      told += 1;
    },
    expectCounted: async (engine: StreamEngine, of: Pipeline = pipeline): Promise<void> => {
      await untilComputed(engine, [of]);
      const [window] = await everything(engine, of);
      expect(window?.rows).toBe(told);
    },
  };
}

async function opened(): Promise<FlinkUnderTest> {
  const under = await openFlinkUnderTest();
  onTestFinished(() => under[Symbol.asyncDispose]());
  await under.eventLog.declareTopics([{ name: 'test.row', partitions: 1, retentionMs: 1e10 }]);
  return under;
}

test('a stop whose savepoint Flink cannot write is refused to who asked, and shown: the same job runs on, and stops once there is a place, or is ended without', async () => {
  const under = await opened();
  const { tell, expectCounted } = teller(under);
  await using states = await openStatesFolder();
  await using engine = await under.connect(states.url);
  await using _running = await engine.run([pipeline], noSink);
  await tell();
  await expectCounted(engine);
  const [job] = await jobsOf(under.gateway, under.relational);
  await states.block();
  const refused = {
    code: 'SAVEPOINT_FAILED',
    message: expect.stringMatching(
      /^Flink kept no savepoint of test.* runs on.*\/savepoints\..*withoutSavepoint/,
    ),
  };
  await expect(engine.steer('test', 'stop', noWish)).rejects.toMatchObject(refused);
  expect(await statusOf(engine)).toMatchObject({
    state: 'running',
    failure: undefined,
    savepointFailure: refused,
  });
  await tell();
  await expectCounted(engine);
  expect((await jobsOf(under.gateway, under.relational))[0]?.id).toBe(job?.id);

  await states.mend();
  await engine.steer('test', 'stop', noWish);
  await eventually(
    async () =>
      expect(await statusOf(engine)).toMatchObject({ state: 'stopped', savepointFailure: undefined }),
    patient,
  );
  await tell();
  await engine.steer('test', 'start', noWish);
  await expectCounted(engine);
  const [restored] = await jobsOf(under.gateway, under.relational);
  expect(await under.restoredFrom(restored?.id ?? '')).toMatch(/^file:/);

  await states.mend();
  await states.block();
  await engine.steer('test', 'stopWithoutSavepoint', noWish);
  await eventually(
    async () =>
      expect(await statusOf(engine)).toMatchObject({ state: 'stopped', savepointFailure: undefined }),
    patient,
  );
  expect(await jobsOf(under.gateway, under.relational)).toEqual([]);
  await tell();
  await engine.steer('test', 'start', noWish);
  await expectCounted(engine);
});

test('a job that is replaced by another query, and whose savepoint Flink cannot write, loses nothing, and that is shown', async () => {
  const under = await opened();
  const { tell, expectCounted } = teller(under);
  await using states = await openStatesFolder();
  {
    await using engine = await under.connect(states.url);
    await using _running = await engine.run([pipeline], noSink);
    await tell();
    await expectCounted(engine);
  }
  await states.block();
  await tell();
  const stricter = { ...pipeline, allowedLatenessMs: 30_000 };
  await using engine = await under.connect(states.url);
  await using _running = await engine.run([stricter], noSink);
  await tell();
  await expectCounted(engine, stricter);
  expect(await statusOf(engine)).toMatchObject({
    state: 'running',
    version: 2,
    savepointFailure: { code: 'SAVEPOINT_FAILED', message: expect.stringContaining('Nothing is lost') },
  });
});

test('a savepoint that Flink cannot go on with is told, and the pipeline goes on at its checkpoint without', async () => {
  const under = await opened();
  const { tell, expectCounted } = teller(under);
  await using engine = await under.connect();
  await using _running = await engine.run([pipeline], noSink);
  await tell();
  await expectCounted(engine);
  await engine.steer('test', 'stop', noWish);
  const place = await eventually(async () => {
    expect((await statusOf(engine))?.state).toBe('stopped');
    const { rows } = await under.relational.query<{ savepoint: string }>(
      'SELECT savepoint FROM stream.flink_job',
    );
    return new URL(rows[0]?.savepoint ?? '');
  }, patient);
  for (const name of await readdir(place)) await writeFile(join(place.pathname, name), 'no savepoint');
  await tell();
  await engine.steer('test', 'start', noWish);
  await expectCounted(engine);
  expect(await statusOf(engine)).toMatchObject({
    state: 'running',
    failure: undefined,
    savepointFailure: { code: 'SAVEPOINT_FAILED', message: expect.stringContaining(place.pathname) },
  });
});
