import { newId } from '@tributary/runtime';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { EventLog } from '../event-log/port.ts';
import { type GoldenRow, golden } from './conformance-golden.ts';
import { eventOf, rowOf, type TestRow, testPipeline, workspaceId } from './conformance-rows.ts';
import type { Pipeline, ResultSink, SeriesRequest, StreamEngine } from './port.ts';
import { openedForRows, type StreamUnderTest } from './stream-under-test.ts';

const noSink: ResultSink = async () => undefined;
const allTime = { fromMs: -1e12, toMs: 1e13, limit: 1_000 };
const inTotal = (overrides: Partial<SeriesRequest> = {}): SeriesRequest => ({
  pipeline: 'test',
  workspaceId,
  window: 'TEN',
  grouping: [],
  ...allTime,
  ...overrides,
});
const at = (seconds: number, place = 'DTW', amount = 1): TestRow => ({
  timeMs: seconds * 1_000,
  place,
  amount,
});

/** The promises of `StreamEngine`, for every implementation of it. `patienceMs` is what results may take on a busy machine. */
export function streamEngineConformance(open: () => Promise<StreamUnderTest>, patienceMs = 15_000): void {
  /** Repeats a check until it holds. */
  const eventually = (check: () => Promise<void>): Promise<void> =>
    vi.waitFor(check, { timeout: patienceMs, interval: 15 });
  const opened = (): Promise<StreamUnderTest> => openedForRows(open);
  const tell = (log: EventLog, rows: readonly TestRow[], workspace = workspaceId): Promise<void> =>
    log.append(
      'test.row',
      rows.map((row) => eventOf(newId(), { properties: rowOf(row) }, workspace)),
    );
  const tellGolden = async (
    { eventLog, repeat }: StreamUnderTest,
    rows: readonly GoldenRow[],
  ): Promise<void> => {
    const events = rows.map((row) => eventOf(newId(), { properties: rowOf(row) }));
    for (const [place, event] of events.entries()) {
      const first = events[rows[place]?.repeats ?? place] ?? event;
      await (first === event ? eventLog.append('test.row', [event]) : repeat('test.row', first));
    }
  };
  const counts = async (engine: StreamEngine, request = inTotal()): Promise<Record<string, number>> =>
    Object.fromEntries((await engine.series(request)).map(({ startMs, rows }) => [startMs / 1_000, rows]));

  test.each(golden)('$name', async ({ pipeline, rows, expected, late }) => {
    const under = await opened();
    await using engine = await under.connect();
    await using _running = await engine.run([pipeline], noSink);
    await tellGolden(under, rows);
    await eventually(async () => {
      const results = await engine.series(
        inTotal({ window: pipeline.windows[0]?.name ?? '', grouping: ['place'] }),
      );
      expect(
        results.map(({ group, startMs, endMs, values }) => [
          group[0],
          startMs / 1_000,
          endMs / 1_000,
          ...values,
        ]),
      ).toEqual(expected);
    });
    expect((await engine.progress('test', workspaceId)).late).toBe(late);
  });

  test('an engine that starts again goes on where it left off, with windows that were open', async () => {
    const { eventLog, connect } = await opened();
    for (const rows of [[at(1), at(11)], [at(2), at(3)], [at(12)]]) {
      await tell(eventLog, rows);
      await using engine = await connect();
      await using _running = await engine.run([testPipeline()], noSink);
      await eventually(async () => expect((await engine.progress('test', workspaceId)).lagMs).toBe(0));
    }
    await using engine = await connect();
    await using _running = await engine.run([testPipeline()], noSink);
    expect(await counts(engine)).toEqual({ 0: 3, 10: 2 });
  });

  test('an event that the log holds again counts once, also when the engine was started between the two', async () => {
    const { eventLog, repeat, connect } = await opened();
    const events = [1, 2, 11].map((seconds) => eventOf(newId(), { properties: rowOf(at(seconds)) }));
    const known = events.slice(0, 2);
    await eventLog.append('test.row', known);
    for (const expected of [{ 0: 2 }, { 0: 2, 10: 1 }]) {
      await using engine = await connect();
      await using _running = await engine.run([testPipeline()], noSink);
      await eventually(async () => expect((await engine.progress('test', workspaceId)).lagMs).toBe(0));
      expect(await counts(engine)).toEqual(expected);
      for (const event of known) await repeat('test.row', event);
      await eventLog.append('test.row', events);
    }
  });

  test('sketches, extremes and distinct values survive being stored', async () => {
    const { eventLog, connect } = await opened();
    const pipeline = testPipeline({ groupings: [[]] });
    for (const rows of [[at(1, 'DTW', 5), at(2, 'LAS', 50)], [at(3, 'DTW', 500)]]) {
      await tell(eventLog, rows);
      await using engine = await connect();
      await using _running = await engine.run([pipeline], noSink);
      await eventually(async () => expect((await engine.progress('test', workspaceId)).lagMs).toBe(0));
    }
    await using engine = await connect();
    await using _running = await engine.run([pipeline], noSink);
    const [result] = await engine.series(inTotal());
    expect(result?.values).toEqual([3, 555, 185, 5, 500, expect.closeTo(50, 0), expect.closeTo(500, -1), 2]);
  });

  test('what the sink writes is there exactly when the results are; a sink that fails is asked again', async () => {
    const { relational, eventLog, connect } = await opened();
    await relational.query('CREATE TABLE told (pipeline text, start_ms bigint, rows int)');
    let failures = 2;
    const sink: ResultSink = async (tx, results) => {
      for (const { pipeline, results: windows } of results)
        for (const { grouping, startMs, rows } of windows)
          if (grouping.length === 0)
            await tx.query('INSERT INTO told VALUES ($1, $2, $3)', [pipeline, startMs, rows]);
      failures -= 1;
      if (failures >= 0) throw new Error('the sink is away');
    };
    await tell(eventLog, [at(1), at(2), at(11)]);
    await using engine = await connect();
    await using _running = await engine.run([testPipeline()], sink);
    await eventually(async () => expect(await counts(engine)).toEqual({ 0: 2, 10: 1 }));
    const { rows } = await relational.query(
      'SELECT start_ms::int AS start, sum(rows)::int AS rows FROM told GROUP BY 1 ORDER BY 1',
    );
    expect(failures).toBeLessThan(0);
    expect(rows.map(({ start }) => start)).toEqual([0, 10_000]);
    expect((await relational.query<{ n: number }>('SELECT max(rows)::int AS n FROM told')).rows[0]?.n).toBe(
      2,
    );
  });

  test('of several engines one works, and another takes over when it stops', async () => {
    const { eventLog, connect } = await opened();
    const workers = new Set<number>();
    const start = async (n: number): Promise<readonly [StreamEngine, AsyncDisposable]> => {
      const engine = await connect();
      onTestFinished(() => engine[Symbol.asyncDispose]());
      const sink: ResultSink = async () => void workers.add(n);
      return [engine, await engine.run([testPipeline()], sink)];
    };
    const [first, running] = await start(1);
    await tell(eventLog, [at(1)]);
    await eventually(async () => expect(await counts(first)).toEqual({ 0: 1 }));
    const [second] = await start(2);
    await tell(eventLog, [at(2)]);
    await eventually(async () => expect(await counts(second)).toEqual({ 0: 2 }));
    expect([...workers]).toEqual([1]);
    await running[Symbol.asyncDispose]();
    await tell(eventLog, [at(3)]);
    await eventually(async () => expect(await counts(second)).toEqual({ 0: 3 }));
    expect([...workers]).toEqual([1, 2]);
  });

  test('a changed declaration is computed anew from the log; one that is declared no more goes', async () => {
    const { relational, eventLog, connect } = await opened();
    await tell(eventLog, [at(1), at(2, 'LAS')]);
    const run = async (
      pipelines: readonly Pipeline[],
      request: SeriesRequest,
    ): Promise<Record<string, number>> => {
      await using engine = await connect();
      await using _running = await engine.run(pipelines, noSink);
      await eventually(async () =>
        expect((await engine.progress(request.pipeline, workspaceId)).lagMs).toBe(0),
      );
      return await counts(engine, request);
    };
    expect(await run([testPipeline()], inTotal())).toEqual({ 0: 2 });
    const only = testPipeline({ filter: { kind: 'compare', field: 'place', op: 'eq', value: 'LAS' } });
    expect(await run([only], inTotal())).toEqual({ 0: 1 });
    expect(await run([{ ...only, name: 'other' }], inTotal({ pipeline: 'other' }))).toEqual({ 0: 1 });
    expect(
      (await relational.query('SELECT count(DISTINCT pipeline_id)::int AS n FROM stream.cell')).rows,
    ).toEqual([{ n: 1 }]);
  });

  test('results are of their workspace, by group and bounded; ranks put the greatest first', async () => {
    const { eventLog, connect } = await opened();
    const other = '0190a1b2-0000-7000-8000-000000000002';
    await tell(eventLog, [
      at(1, 'DTW', 5),
      at(2, 'LAS', 7),
      at(3, 'LAS', 7),
      at(4, 'JFK', 1),
      at(11, 'JFK', 9),
    ]);
    await tell(eventLog, [at(1, 'DTW', 1_000)], other);
    await using engine = await connect();
    const hop = { name: 'HOP', kind: 'hop', sizeMs: 20_000, slideMs: 10_000, offsetMs: 0 } as const;
    const windows = [...testPipeline().windows, hop];
    await using _running = await engine.run([testPipeline({ windows })], noSink);
    await eventually(async () => expect(await counts(engine)).toEqual({ 0: 4, 10: 1 }));
    const byPlace = inTotal({ grouping: ['place'] });
    const places = async (overrides: Partial<SeriesRequest>): Promise<unknown[]> =>
      (await engine.series({ ...byPlace, ...overrides }))
        .map(({ group, startMs }) => `${group[0]} ${startMs / 1_000}`)
        .sort();
    expect(await places({})).toEqual(['DTW 0', 'JFK 0', 'JFK 10', 'LAS 0']);
    expect(await places({ where: { place: ['JFK', 'LAS'] }, toMs: 10_000 })).toEqual(['JFK 0', 'LAS 0']);
    expect(await places({ where: { place: ["x') OR true --"] } })).toEqual([]);
    expect(await places({ limit: 2 })).toHaveLength(2);
    expect(await places({ groups: { first: 2, after: undefined } })).toEqual(['DTW 0', 'JFK 0', 'JFK 10']);
    expect(await places({ groups: { first: 2, after: ['JFK'] } })).toEqual(['LAS 0']);
    const ranked = async (atMs?: number, window = 'TEN'): Promise<unknown[]> =>
      (await engine.rank({ ...byPlace, window, measure: 'sum', atMs, limit: 4 })).map(({ group, values }) => [
        group[0],
        values[1],
      ]);
    expect(await ranked(5_000)).toEqual([
      ['LAS', 14],
      ['DTW', 5],
      ['JFK', 1],
    ]);
    expect(await ranked(5_000, 'HOP')).toEqual([
      ['LAS', 14],
      ['JFK', 10],
      ['DTW', 5],
    ]);
    expect(await ranked()).toEqual([['JFK', 9]]);
    const latest = (window: string, limit: number, beforeMs?: number): Promise<readonly number[]> =>
      engine.latestStarts({ pipeline: 'test', workspaceId, window, grouping: ['place'], limit, beforeMs });
    expect(await latest('TEN', 24)).toEqual([10_000, 0]);
    expect(await latest('TEN', 1)).toEqual([10_000]);
    expect(await latest('HOP', 24, 10_000)).toEqual([0, -10_000]);
    for (const wrong of [{ window: 'NONE' }, { grouping: ['amount'] }, { pipeline: 'none' }])
      await expect(engine.series(inTotal(wrong))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('closed windows are forgotten but for their results, and go when they are kept no longer', async () => {
    const { relational, eventLog, connect } = await opened();
    const pipeline = testPipeline({ allowedLatenessMs: 10_000, keepMs: 1_000_000, groupings: [[]] });
    await using engine = await connect();
    await using _running = await engine.run([pipeline], noSink);
    await tell(eventLog, [at(1), at(500)]);
    await eventually(async () => expect(await counts(engine)).toEqual({ 0: 1, 500: 1 }));
    const open = await relational.query(
      'SELECT start_ms::int AS start FROM stream.cell WHERE state IS NOT NULL',
    );
    expect(open.rows).toEqual([{ start: 500_000 }]);
    await tell(eventLog, [at(1_100)]);
    await eventually(async () => expect(await counts(engine)).toEqual({ 500: 1, 1100: 1 }));
  });

  test('faults of declarations are told together', async () => {
    const { connect } = await opened();
    await using engine = await connect();
    const bad = testPipeline({
      measures: [{ name: 'p', function: 'percentile', field: 'amount', percentile: 100 }],
      windows: [{ name: 'H', kind: 'hop', sizeMs: 10_000, slideMs: 3_000, offsetMs: 0 }],
      groupings: [['colour']],
    });
    await expect(engine.run([bad, testPipeline()], noSink)).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      details: {
        faults: [
          expect.stringContaining('colour'),
          expect.stringContaining('percentile'),
          expect.stringContaining('multiple'),
          expect.stringContaining('twice'),
        ],
      },
    });
  });
}
