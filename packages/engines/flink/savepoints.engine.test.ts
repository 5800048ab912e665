import { rm } from 'node:fs/promises';
import { newId } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { expect, test, vi } from 'vitest';
import { eventOf, rowOf, testPipeline } from '../stream-engine/conformance-rows.ts';
import {
  everything,
  jobsOf,
  openFlinkUnderTest,
  patienceMs,
  untilComputed,
} from '../stream-engine/open-flink.fixture.ts';
import type { Pipeline, Window } from '../stream-engine/port.ts';

vi.setConfig({ testTimeout: 300_000 });

const noSink = async (): Promise<void> => undefined;
const noWish = noSink;
const day = Date.parse('2026-11-01T00:00:00Z');
const ten: Window = { name: 'TEN', kind: 'tumble', sizeMs: 10_000, offsetMs: 0 };

test('a job that was stopped goes on with the state it left, or at the same place without, when that state is gone', async () => {
  await using under = await openFlinkUnderTest();
  const { eventLog, relational } = under;
  await eventLog.declareTopics([{ name: 'test.row', partitions: 1, retentionMs: 1e10 }]);
  const pipeline = testPipeline({ groupings: [[]], windows: [ten] });
  await using engine = await under.connect();
  await using _running = await engine.run([pipeline], noSink);
  const row = { properties: rowOf({ timeMs: day, place: 'DTW', amount: 1 }) };
  const [first, second] = [eventOf(newId(), row), eventOf(newId(), row)];
  // More than a job without state reads again: who notices the first one's id afterwards has kept it.
  const between = Array.from({ length: 10_500 }, () => eventOf(newId(), { properties: [] }));
  await eventLog.append('test.row', [first, ...between, second]);
  await untilComputed(engine, [pipeline]);
  const places: string[] = [];
  for (const isKept of [true, false]) {
    await engine.steer('test', 'stop', noWish);
    const place = await eventually(async () => {
      const { rows } = await relational.query<{ savepoint: string }>(
        `SELECT savepoint FROM stream.flink_job JOIN stream.pipeline USING (pipeline_id) WHERE state = 'stopped'`,
      );
      expect(rows[0]?.savepoint).toMatch(/^file:/);
      return rows[0]?.savepoint ?? '';
    });
    places.push(place);
    if (!isKept) await rm(new URL(place), { recursive: true });
    await under.repeat('test.row', isKept ? first : second);
    await engine.steer('test', 'start', noWish);
    await untilComputed(engine, [pipeline]);
    const [window] = await everything(engine, pipeline);
    expect({ isKept, rows: window?.rows }).toEqual({ isKept, rows: 2 });
  }
  const { rows } = await relational.query('SELECT generation, savepoint FROM stream.flink_job');
  expect(rows).toEqual([{ generation: 2, savepoint: null }]);
  expect(new Set(places).size).toBe(2);
});

test('a changed declaration that is the same query to Flink keeps its job, or goes on with its savepoint; any other is a new job at the same place', async () => {
  await using under = await openFlinkUnderTest();
  const { eventLog, relational, gateway } = under;
  await eventLog.declareTopics([{ name: 'test.row', partitions: 1, retentionMs: 1e10 }]);
  const first = testPipeline({ groupings: [[]], windows: [ten], allowedLatenessMs: 60_000 });
  const row = { properties: rowOf({ timeMs: day, place: 'DTW', amount: 1 }) };
  let told = 0;
  /** Runs it as a product of its own would, with one event more, and answers its job, its generation, and how it came to be. */
  const upgraded = async (
    pipeline: Pipeline,
    { rests }: { readonly rests: boolean },
  ): Promise<readonly unknown[]> => {
    await using engine = await under.connect();
    await using _running = await engine.run([pipeline], noSink);
    if (rests) await engine.steer('test', 'start', noWish);
    await eventLog.append('test.row', [eventOf(newId(), row)]);
    told += 1;
    await untilComputed(engine, [pipeline]);
    const [window] = await everything(engine, pipeline);
    expect(window?.rows).toBe(told);
    const [job] = await jobsOf(gateway, relational);
    const { rows } = await relational.query<{ generation: number }>(
      'SELECT generation FROM stream.flink_job',
    );
    const [state] = await engine.pipelines();
    return [job?.id, rows[0]?.generation, state?.version, state?.change?.how];
  };
  /** Stops it, with an event more that waits for its start. */
  const stopped = async (pipeline: Pipeline): Promise<string> => {
    await using engine = await under.connect();
    await using _running = await engine.run([pipeline], noSink);
    await engine.steer('test', 'stop', noWish);
    const place = await eventually(
      async () => {
        expect((await engine.pipelines())[0]?.state).toBe('stopped');
        const { rows } = await relational.query<{ savepoint: string }>(
          'SELECT savepoint FROM stream.flink_job',
        );
        expect(rows[0]?.savepoint).toMatch(/^file:/);
        return rows[0]?.savepoint ?? '';
      },
      { timeoutMs: patienceMs },
    );
    await eventLog.append('test.row', [eventOf(newId(), row)]);
    told += 1;
    return place;
  };
  const [job] = await upgraded(first, { rests: false });
  // Bounds of groups and how long results are kept are the business of who adds up: the job runs on.
  const bounded = { ...first, maxGroups: 7, keepMs: 1e9 };
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
