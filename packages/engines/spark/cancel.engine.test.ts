import { readdir } from 'node:fs/promises';
import { ManualClock } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { expect, test, vi } from 'vitest';
import { batchLimits } from '../batch-engine/port.ts';
import { parseSparkUrl } from '../batch-engine/spark-address.ts';
import { openSpark, runningJobs, sparkUrl } from './provisioned.fixture.ts';

vi.setConfig({ testTimeout: 300_000 });
/** Of this file alone: others run beside it. */
const user = 'canceller';
const url = sparkUrl({ username: user });
const patience = { timeoutMs: 60_000 };

/** Runs for hours, in little memory. */
const sql = 'SELECT count(*) FROM range(4000000) a(x), range(4000000) b(y) WHERE (x * y) % 1000003 = 1';
const limits = { maxRows: 10, maxBytes: 1_000 };

/** Asks for the first page, and returns once Spark says that a job of it is at work. */
async function atWork(rows: { pages(): AsyncIterable<unknown> }) {
  const reading = rows.pages()[Symbol.asyncIterator]().next();
  reading.catch(() => undefined);
  await eventually(async () => expect(await runningJobs(user)).toBe(1), patience);
  return { reading };
}

const untilIdle = (): Promise<void> =>
  eventually(async () => expect(await runningJobs(user)).toBe(0), patience);

test('an abort half-way ends the job in Spark, not only our stream of it', async () => {
  await using engine = await openSpark(url);
  const controller = new AbortController();
  const rows = await engine.query({ sql, tables: [], signal: controller.signal }, limits);
  const { reading } = await atWork(rows);
  controller.abort();
  await expect(reading).rejects.toMatchObject({ code: 'CANCELLED' });
  await untilIdle();
});

test('four hours are measured on the clock of the process, and the job is gone from Spark after them', async () => {
  const clock = new ManualClock(0);
  await using engine = await openSpark(url, clock);
  const { maxTimeLimitMs } = batchLimits;
  const rows = await engine.query({ sql, tables: [], timeLimitMs: maxTimeLimitMs }, limits);
  const { reading } = await atWork(rows);
  clock.advance(maxTimeLimitMs - 1);
  expect(await runningJobs(user)).toBe(1);
  clock.advance(1);
  await expect(reading).rejects.toMatchObject({
    code: 'DEADLINE_EXCEEDED',
    details: { timeLimitMs: maxTimeLimitMs },
  });
  await untilIdle();
});

test('whoever disposes the rows, or closes the engine, ends the job as well', async () => {
  await using engine = await openSpark(url);
  const rows = await engine.query({ sql, tables: [] }, limits);
  const { reading } = await atWork(rows);
  await rows[Symbol.asyncDispose]();
  await expect(reading).rejects.toThrow();
  await untilIdle();
  const closing = await openSpark(url);
  const { reading: left } = await atWork(await closing.query({ sql, tables: [] }, limits));
  await closing[Symbol.asyncDispose]();
  await expect(left).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  await untilIdle();
});

test('an abort while an export is written ends it, and nothing of any run is left in the shared folder', async () => {
  await using engine = await openSpark(url);
  const controller = new AbortController();
  let sank = false;
  const sink = async (): Promise<void> => {
    sank = true;
  };
  const query = { sql, tables: [], signal: controller.signal };
  const writing = engine.exportTo(query, { format: 'PARQUET', maxBytes: 1_000_000, sink });
  writing.catch(() => undefined);
  await eventually(async () => expect(await runningJobs(user)).toBe(1), patience);
  controller.abort();
  await expect(writing).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(sank).toBe(false);
  await untilIdle();
  const folder = parseSparkUrl(url, 'SPARK_URL').folder;
  expect((await readdir(folder)).filter((name) => name.includes(`-${process.pid}-`))).toEqual([]);
});
