import { expect, test, vi } from 'vitest';
import {
  type CountedOnFlink,
  nothingElse,
  openCounted,
  tens,
} from '../stream-engine/counted-on-flink.fixture.ts';
import { jobsOf } from '../stream-engine/open-flink.fixture.ts';

vi.setConfig({ testTimeout: 300_000 });

/** A product that runs on the engine at a URL while one more row comes. */
const counting =
  (under: CountedOnFlink) =>
  async (url?: string): Promise<void> => {
    await using engine = await under.connect(url);
    await using _running = await engine.run([tens], nothingElse);
    await under.tell();
    await under.expectCounted(engine);
  };

test('a product that goes from Flink to the embedded engine and back leaves no job to itself, and counts each event once', async () => {
  await using under = await openCounted();
  const at = counting(under);
  await at();
  expect(await jobsOf(under.gateway, under.relational)).toHaveLength(1);
  await at('embedded:');
  expect(await jobsOf(under.gateway, under.relational)).toHaveLength(0);
  await at();
  await at('embedded:');
  await at();
  expect(await jobsOf(under.gateway, under.relational)).toHaveLength(1);
});

test('a job whose Flink could not be reached when another engine took over is ended when that Flink is back in the settings, and nothing of it counts twice', async () => {
  await using under = await openCounted();
  const at = counting(under);
  await at();
  const { id } = await under.job();
  await under.relational.query(
    `UPDATE stream.installation SET jobs_at = 'flink://127.0.0.1:1?jobManager=127.0.0.1:1&timeoutMs=1000'`,
  );
  await at('embedded:');
  expect((await under.job()).id).toBe(id);
  await at();
  expect(await jobsOf(under.gateway, under.relational)).toHaveLength(1);
  expect((await under.job()).id).not.toBe(id);
});
