import { rm } from 'node:fs/promises';
import { newId } from '@tributary/runtime';
import { expect, test, vi } from 'vitest';
import { eventOf, testPipeline } from '../stream-engine/conformance-rows.ts';
import { nothingElse, openCounted, row, statusOf, tens } from '../stream-engine/counted-on-flink.fixture.ts';
import { everything, untilComputed } from '../stream-engine/open-flink.fixture.ts';
import type { Pipeline } from '../stream-engine/port.ts';

vi.setConfig({ testTimeout: 300_000 });

test('a job that was stopped goes on with the state it left, or at the same place without, when that state is gone', async () => {
  await using under = await openCounted();
  const { eventLog, relational } = under;
  const pipeline = testPipeline({ groupings: [[]] });
  await using engine = await under.connect();
  await using _running = await engine.run([pipeline], nothingElse);
  const [first, second] = [eventOf(newId(), row), eventOf(newId(), row)];
  // More than a job without state reads again: who notices the first one's id afterwards has kept it.
  const between = Array.from({ length: 10_500 }, () => eventOf(newId(), { properties: [] }));
  await eventLog.append('test.row', [first, ...between, second]);
  await untilComputed(engine, [pipeline]);
  const places: string[] = [];
  for (const isKept of [true, false]) {
    await engine.steer('test', 'stop', nothingElse);
    const place = (await under.stopped(engine)) ?? '';
    expect(place).toMatch(/^file:/);
    expect((await statusOf(engine)).savepoint).toMatchObject({ place, restoredAtMs: undefined });
    places.push(place);
    if (!isKept) await rm(new URL(place), { recursive: true });
    await under.repeat('test.row', isKept ? first : second);
    await engine.steer('test', 'start', nothingElse);
    await untilComputed(engine, [pipeline]);
    const [window] = await everything(engine, pipeline);
    expect({ isKept, rows: window?.rows }).toEqual({ isKept, rows: 2 });
    const restored = isKept ? { place, restoredAtMs: expect.any(Number) } : undefined;
    expect((await statusOf(engine)).savepoint).toEqual(restored && expect.objectContaining(restored));
  }
  const { rows } = await relational.query('SELECT generation, savepoint FROM stream.flink_job');
  expect(rows).toEqual([{ generation: 2, savepoint: null }]);
  expect(new Set(places).size).toBe(2);
});

test('a changed declaration that is the same query to Flink keeps its job, or goes on with its savepoint; any other is a new job at the same place', async () => {
  await using under = await openCounted();
  const { relational } = under;
  /** Runs it as a product of its own would, with one event more, and answers its job, its generation, and how it came to be. */
  const upgraded = async (
    pipeline: Pipeline,
    { rests }: { readonly rests: boolean },
  ): Promise<readonly unknown[]> => {
    await using engine = await under.connect();
    await using _running = await engine.run([pipeline], nothingElse);
    if (rests) await engine.steer('test', 'start', nothingElse);
    await under.tell();
    await under.expectCounted(engine, pipeline);
    const { rows } = await relational.query<{ generation: number }>(
      'SELECT generation FROM stream.flink_job',
    );
    const { version, change } = await statusOf(engine);
    return [(await under.job()).id, rows[0]?.generation, version, change?.how];
  };
  /** Stops it, with an event more that waits for its start. */
  const stopped = async (pipeline: Pipeline): Promise<string | null> => {
    await using engine = await under.connect();
    await using _running = await engine.run([pipeline], nothingElse);
    await engine.steer('test', 'stop', nothingElse);
    const place = await under.stopped(engine);
    expect(place).toMatch(/^file:/);
    await under.tell();
    return place;
  };
  const [job] = await upgraded(tens, { rests: false });
  // Bounds of groups and how long results are kept are the business of who adds up: the job runs on.
  const bounded = { ...tens, maxGroups: 7, keepMs: 1e9 };
  expect(await upgraded(bounded, { rests: false })).toEqual([job, 1, 2, 'resumed']);
  expect(await under.restoredFrom(String(job))).toBeUndefined();
  const savepoint = await stopped(bounded);
  const [another, ...rest] = await upgraded({ ...bounded, maxGroups: 8 }, { rests: true });
  expect(rest).toEqual([1, 3, 'resumed']);
  expect(another).not.toBe(job);
  expect(await under.restoredFrom(String(another))).toBe(savepoint);
  await stopped({ ...bounded, maxGroups: 8 });
  expect((await upgraded({ ...bounded, allowedLatenessMs: 30_000 }, { rests: true })).slice(1)).toEqual([
    2,
    4,
    'resumed',
  ]);
});
