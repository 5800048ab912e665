import { newId } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { Kafka, logLevel } from 'kafkajs';
import { expect, inject, test } from 'vitest';
import { eventOf, rowOf, testPipeline, workspaceId } from '../stream-engine/conformance-rows.ts';
import { openFlinkUnderTest, patienceMs, untilComputed } from '../stream-engine/open-flink.fixture.ts';

const pipeline = testPipeline({ groupings: [[]] });
const { topic } = pipeline.source;
const patience = { timeoutMs: patienceMs };

test.each([
  ['shorter', [10, 20], [2, 30]],
  ['longer', [10, 20, 30, 40, 50, 60], [6, 210]],
])(
  'a pipeline whose topic is made anew, and %s than before, says what to do as long as it is not done',
  async (_, since, counts) => {
    await using under = await openFlinkUnderTest();
    const { eventLog } = under;
    const tell = async (amounts: readonly number[]): Promise<void> => {
      await eventually(() =>
        eventLog.declareTopics([{ name: topic, partitions: 1, retentionMs: 3_600_000 }]),
      );
      const rows = amounts.map((amount) => rowOf({ timeMs: 1_000, place: 'DTW', amount }));
      await eventLog.append(
        topic,
        rows.map((properties) => eventOf(newId(), { properties })),
      );
    };
    await tell([1, 2, 3, 4]);
    await using engine = await under.connect();
    await using _running = await engine.run([pipeline], async () => undefined);
    const counted = async (): Promise<readonly unknown[] | undefined> => {
      const request = { pipeline: 'test', workspaceId, window: 'TEN', grouping: [], limit: 10 };
      return (await engine.series({ ...request, fromMs: 0, toMs: 1e13 }))[0]?.values.slice(0, 2);
    };
    await untilComputed(engine, [pipeline]);
    expect(await counted()).toEqual([4, 10]);
    const admin = new Kafka({
      brokers: [new URL(inject('engines')['KAFKA_URL'] ?? '').host],
      logLevel: logLevel.NOTHING,
    }).admin();
    const [, prefix = ''] = (await eventLog.identity()).split('/');
    await admin.connect();
    await admin.deleteTopics({ topics: [prefix + topic] });
    await admin.disconnect();
    await tell(since);
    const failing = {
      state: 'failing',
      failure: { code: 'CURSOR_INVALID', message: expect.stringContaining('Recompute it') },
      eventsBehind: since.length,
    };
    await eventually(async () => expect(await engine.pipelines()).toMatchObject([failing]), patience);
    expect((await engine.progress('test', workspaceId)).lagMs).toBeGreaterThan(0);
    await engine.steer('test', 'recompute', async () => undefined);
    await eventually(async () => expect(await counted()).toEqual(counts), patience);
    await eventually(
      async () => expect(await engine.pipelines()).toMatchObject([{ state: 'running' }]),
      patience,
    );
  },
  400_000,
);
