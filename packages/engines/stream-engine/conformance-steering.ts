import { newId } from '@tributary/runtime';
import { expect, onTestFinished, test, vi } from 'vitest';
import { eventOf, rowOf, type TestRow, testPipeline, workspaceId } from './conformance-rows.ts';
import type { Pipeline, PipelineStatus, ResultSink, StreamEngine } from './port.ts';
import type { StreamUnderTest } from './stream-under-test.ts';

const noSink: ResultSink = async () => undefined;
const nothingElse = async (): Promise<void> => undefined;
const at = (seconds: number, place = 'DTW', amount = 1): TestRow => ({
  timeMs: seconds * 1_000,
  place,
  amount,
});

/** What `steer`, `pipelines` and changed declarations promise, for every implementation of `StreamEngine`. */
export function steeringConformance(open: () => Promise<StreamUnderTest>, patienceMs: number): void {
  const eventually = (check: () => Promise<void>): Promise<void> =>
    vi.waitFor(check, { timeout: patienceMs, interval: 15 });
  const opened = async (): Promise<StreamUnderTest> => {
    const under = await open();
    onTestFinished(() => under[Symbol.asyncDispose]());
    await eventually(async () => {
      await under.eventLog.declareTopics([{ name: 'test.row', partitions: 1, retentionMs: 1e10 }]);
    });
    return under;
  };
  const tell = ({ eventLog }: StreamUnderTest, ...rows: readonly TestRow[]): Promise<void> =>
    eventLog.append(
      'test.row',
      rows.map((row) => eventOf(newId(), { properties: rowOf(row) })),
    );
  const counts = async (engine: StreamEngine, pipeline = 'test'): Promise<Record<string, number>> => {
    const total = { pipeline, workspaceId, window: 'TEN', grouping: [], fromMs: -1e12, toMs: 1e13 };
    const results = await engine.series({ ...total, limit: 1_000 });
    return Object.fromEntries(results.map(({ startMs, rows }) => [startMs / 1_000, rows]));
  };
  const status = async (engine: StreamEngine, name = 'test'): Promise<PipelineStatus | undefined> =>
    (await engine.pipelines()).find((each) => each.name === name);
  const computed = async (engine: StreamEngine, name = 'test'): Promise<void> => {
    await eventually(async () => expect((await engine.progress(name, workspaceId)).lagMs).toBe(0));
  };
  const reached = async (
    engine: StreamEngine,
    state: PipelineStatus['state'],
    name = 'test',
  ): Promise<void> => {
    await eventually(async () => expect((await status(engine, name))?.state).toBe(state));
  };

  test('a stopped pipeline rests where it is, over restarts, and goes on there: nothing is lost, nothing counts twice, and what is late stays late', async () => {
    const under = await opened();
    const pipeline = testPipeline({ allowedLatenessMs: 5_000 });
    const beside = testPipeline({ name: 'beside', groupings: [[]] });
    {
      await using engine = await under.connect();
      await using _running = await engine.run([pipeline, beside], noSink);
      await tell(under, at(1), at(2), at(30));
      await computed(engine);
      expect(await status(engine)).toMatchObject({ state: 'running', version: 1, eventsBehind: 0, lagMs: 0 });
      expect((await engine.steer('test', 'stop', nothingElse)).state).toMatch(/stopp/);
      await reached(engine, 'stopped');
      // Windows up to 25 s are closed for both; one that runs goes on beside one that rests.
      await tell(under, at(3), at(31), at(40));
      await computed(engine, 'beside');
      expect(await counts(engine)).toEqual({ 0: 2, 30: 1 });
      const resting = await status(engine);
      expect(resting).toMatchObject({ state: 'stopped', eventsBehind: 3, failure: undefined });
      expect(resting?.savepoint).toMatchObject({ atMs: resting?.sinceMs, restoredAtMs: undefined });
      expect((await status(engine, 'beside'))?.savepoint).toBeUndefined();
      expect(resting?.checkpoint?.offsets.reduce<number>((sum, next) => sum + (next ?? 0), 0)).toBe(3);
    }
    await using engine = await under.connect();
    await using _running = await engine.run([pipeline, beside], noSink);
    await tell(under, at(41));
    await computed(engine, 'beside');
    expect(await counts(engine)).toEqual({ 0: 2, 30: 1 });
    expect((await engine.steer('test', 'start', nothingElse)).state).toBe('running');
    await computed(engine);
    expect(await counts(engine)).toEqual({ 0: 2, 30: 2, 40: 2 });
    const { atMs = Infinity, restoredAtMs } = (await status(engine))?.savepoint ?? {};
    expect(restoredAtMs).toBeGreaterThanOrEqual(atMs);
    expect((await engine.progress('test', workspaceId)).late).toBe(1);
    expect(await counts(engine, 'beside')).toEqual({ 0: 3, 30: 2, 40: 2 });
  });

  test('stopped and started again and again while events come, each event counts once', async () => {
    const under = await opened();
    await using engine = await under.connect();
    await using _running = await engine.run([testPipeline({ groupings: [[]] })], noSink);
    let told = 0;
    for (let round = 0; round < 3; round += 1) {
      for (let n = 0; n < 5; n += 1) {
        await tell(under, at(1), at(2), at(3));
        told += 3;
      }
      await engine.steer('test', 'stop', nothingElse);
      await reached(engine, 'stopped');
      await tell(under, at(4));
      told += 1;
      await engine.steer('test', 'start', nothingElse);
    }
    await computed(engine);
    expect(await counts(engine)).toEqual({ 0: told });
  });

  test('any process steers the one that computes; what is written beside a wish is there once, and only where something changed', async () => {
    const under = await opened();
    await under.relational.query('CREATE TABLE wishes (steering text)');
    await using working = await under.connect();
    await using _working = await working.run([testPipeline()], noSink);
    await tell(under, at(1));
    await computed(working);
    await using engine = await under.connect();
    await using _running = await engine.run([testPipeline()], noSink);
    for (const steering of ['start', 'stop', 'stop', 'start', 'start'] as const) {
      await engine.steer('test', steering, async (tx) => {
        await tx.query('INSERT INTO wishes VALUES ($1)', [steering]);
      });
      await reached(working, steering === 'stop' ? 'stopped' : 'running');
    }
    const failing = engine.steer('test', 'stop', () => Promise.reject(new Error('no audit, no wish')));
    await expect(failing).rejects.toThrow('no audit');
    expect((await status(engine))?.state).toBe('running');
    const { rows } = await under.relational.query<{ steering: string }>('SELECT steering FROM wishes');
    expect(rows.map(({ steering }) => steering)).toEqual(['stop', 'start']);
    await expect(engine.steer('none', 'stop', nothingElse)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('a declaration that changes rules for rows to come goes on with the windows there are, any other is computed anew, and which one is told', async () => {
    const under = await opened();
    await tell(under, at(1), at(2, 'LAS'), at(20));
    const run = async (pipeline: Pipeline, ...rows: readonly TestRow[]): Promise<unknown> => {
      await using engine = await under.connect();
      await using _running = await engine.run([pipeline], noSink);
      await tell(under, ...rows);
      await computed(engine);
      const told = await status(engine);
      return [told?.version, told?.change?.how, await counts(engine)];
    };
    const first = testPipeline({ allowedLatenessMs: 50_000 });
    expect(await run(first)).toEqual([1, undefined, { 0: 2, 20: 1 }]);
    // Proof that nothing is computed anew: what is stored says otherwise than the log.
    await under.relational.query('UPDATE stream.cell SET row_count = 7 WHERE start_ms = 0');
    const stricter = { ...first, allowedLatenessMs: 5_000, keepMs: 1e9, maxGroups: 50 };
    expect(await run(stricter, at(21), at(3))).toEqual([2, 'resumed', { 0: 7, 20: 2 }]);
    const only = { kind: 'compare', field: 'place', op: 'eq', value: 'LAS' } as const;
    expect(await run({ ...stricter, filter: only })).toEqual([3, 'recomputed', { 0: 1 }]);
  });

  test.each([
    ['in rules for reading alone', { keepMs: 1e9, maxGroups: 50 }],
    ['in rules for rows to come', { allowedLatenessMs: 40_000, outOfOrdernessMs: 1_000 }],
  ])(
    'stopped, changed %s while it rests, and started: each event counts once, from before, meanwhile and after',
    async (_, change) => {
      const under = await opened();
      const first = testPipeline({ allowedLatenessMs: 50_000 });
      {
        await using engine = await under.connect();
        await using _running = await engine.run([first], noSink);
        await tell(under, at(1), at(2), at(20));
        await computed(engine);
        await engine.steer('test', 'stop', nothingElse);
        await reached(engine, 'stopped');
        await tell(under, at(3));
      }
      await tell(under, at(21));
      await using engine = await under.connect();
      await using _running = await engine.run([{ ...first, ...change }], noSink);
      const resting = await status(engine);
      expect(resting).toMatchObject({
        state: 'stopped',
        version: 2,
        change: { how: 'resumed' },
        eventsBehind: 2,
      });
      expect(await counts(engine)).toEqual({ 0: 2, 20: 1 });
      await engine.steer('test', 'start', nothingElse);
      await tell(under, at(4), at(22));
      await computed(engine);
      expect(await counts(engine)).toEqual({ 0: 4, 20: 3 });
      expect(await status(engine)).toMatchObject({
        state: 'running',
        version: 2,
        change: { how: 'resumed' },
      });
    },
  );

  test('lateness that grows is computed anew: closed windows cannot take rows they have forgotten', async () => {
    const under = await opened();
    await tell(under, at(1), at(30));
    for (const [allowedLatenessMs, rows] of [
      [5_000, 1],
      [50_000, 2],
    ] as const) {
      await using engine = await under.connect();
      await using _running = await engine.run([testPipeline({ allowedLatenessMs })], noSink);
      await computed(engine);
      if (rows === 1) await tell(under, at(2));
      await computed(engine);
      expect(await counts(engine)).toEqual({ 0: rows, 30: 1 });
    }
  });

  test('recomputed, a pipeline forgets what it had and computes what the log holds, also one that was stopped', async () => {
    const under = await opened();
    await using engine = await under.connect();
    await using _running = await engine.run([testPipeline({ groupings: [[]] })], noSink);
    await tell(under, at(1), at(2));
    await computed(engine);
    await engine.steer('test', 'stop', nothingElse);
    await reached(engine, 'stopped');
    await under.relational.query('UPDATE stream.cell SET row_count = 7');
    const begun = await engine.steer('test', 'recompute', nothingElse);
    expect(begun).toMatchObject({ state: 'running', version: 1, change: { how: 'recomputed' } });
    expect(begun.savepoint).toBeUndefined();
    await eventually(async () => expect(await counts(engine)).toEqual({ 0: 2 }));
  });

  test('a pipeline that fails says so and why, and no more once it computes again', async () => {
    const under = await opened();
    let isAway = true;
    const sink: ResultSink = async () => {
      if (isAway) throw new Error('the disk of 10.1.2.3 is full');
    };
    await using engine = await under.connect();
    await using _running = await engine.run([testPipeline()], sink);
    await tell(under, at(1));
    await reached(engine, 'failing');
    const failing = await status(engine);
    expect(failing?.failure).toEqual({
      code: 'INTERNAL',
      message: expect.stringContaining('could not be stored'),
    });
    expect(failing).toMatchObject({ eventsBehind: 1, checkpoint: undefined });
    isAway = false;
    await reached(engine, 'running');
    await computed(engine);
    expect((await status(engine))?.failure).toBeUndefined();
    expect(await counts(engine)).toEqual({ 0: 1 });
  });
}
