import { createLogger } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { expect, test, vi } from 'vitest';
import { parseKafkaUrl } from '../kafka/address.ts';
import { openDriver } from '../kafka/driver.ts';
import {
  type CountedOnFlink,
  nothingElse,
  openCounted,
  statusOf,
  tens,
} from '../stream-engine/counted-on-flink.fixture.ts';
import { patienceMs } from '../stream-engine/open-flink.fixture.ts';

vi.setConfig({ testTimeout: 300_000 });

/** Removes what the job has told since nobody reads it, as Kafka does with what is older than it keeps. */
async function forgetUnread({ relational, eventLogUrl }: CountedOnFlink): Promise<void> {
  const { rows } = await relational.query<{ topic: string; next: number }>(
    `SELECT 'stream.' || i.name || '.' || j.pipeline_id || '.' || j.generation AS topic, j.next_result::int AS next
     FROM stream.flink_job j CROSS JOIN stream.installation i`,
  );
  const [job] = rows;
  const address = parseKafkaUrl(eventLogUrl, 'EVENT_LOG_URL');
  const driver = await openDriver(address, createLogger({ name: 'test', level: 'silent' }));
  const admin = driver.admin();
  await admin.connect();
  try {
    const topic = `${address.prefix}${job?.topic}`;
    await eventually(
      async () => {
        const [partition] = await admin.fetchTopicOffsets(topic);
        const high = Number(partition?.high ?? 0);
        expect(high).toBeGreaterThan((job?.next ?? 0) + 2);
        await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: String(high) }] });
      },
      { timeoutMs: patienceMs },
    );
  } finally {
    await admin.disconnect();
  }
}

/** Counted rows, then some that a job computed while nobody read its results, which are gone. */
async function openForgotten(): Promise<CountedOnFlink> {
  const under = await openCounted();
  await using engine = await under.connect();
  await using running = await engine.run([tens], nothingElse);
  await under.tell();
  await under.expectCounted(engine);
  await running[Symbol.asyncDispose]();
  await under.tell();
  await under.tell();
  return under;
}

test('what a job told and nobody stored before Kafka forgot it is computed again from the log, each event once', async () => {
  await using under = await openForgotten();
  await forgetUnread(under);
  await using engine = await under.connect();
  await using _running = await engine.run([tens], nothingElse);
  await under.expectCounted(engine);
  await under.tell();
  await under.expectCounted(engine);
  expect((await statusOf(engine)).state).toBe('running');
});

test('a pipeline whose results Kafka forgot is stopped all the same, says that it has no savepoint and why, and goes on at its checkpoint', async () => {
  await using under = await openForgotten();
  await under.relational.query(`UPDATE stream.pipeline SET state = 'stopping'`);
  await forgetUnread(under);
  await using engine = await under.connect();
  await using _running = await engine.run([tens], nothingElse);
  await eventually(
    async () =>
      expect(await statusOf(engine)).toMatchObject({
        state: 'stopped',
        savepoint: undefined,
        savepointFailure: { message: expect.stringContaining('no longer keeps') },
      }),
    { timeoutMs: patienceMs },
  );
  await engine.steer(tens.name, 'start', nothingElse);
  await under.expectCounted(engine);
});
