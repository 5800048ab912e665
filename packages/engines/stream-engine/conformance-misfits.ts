import { newId } from '@tributary/runtime';
import { expect, test, vi } from 'vitest';
import type { EventLog } from '../event-log/port.ts';
import { eventOf, rowOf, type TestRow, testPipeline, workspaceId } from './conformance-rows.ts';
import type { ResultSink, StreamEngine } from './port.ts';
import { openedForRows, type StreamUnderTest } from './stream-under-test.ts';

const noSink: ResultSink = async () => undefined;
const at = (seconds: number, place = 'DTW'): TestRow => ({ timeMs: seconds * 1_000, place, amount: 1 });
const total = {
  pipeline: 'test',
  workspaceId,
  window: 'TEN',
  grouping: [],
  fromMs: -1e14,
  toMs: 1e15,
  limit: 1_000,
};

/** What becomes of what cannot be computed, for every implementation of `StreamEngine`. */
export function misfitsConformance(open: () => Promise<StreamUnderTest>, patienceMs: number): void {
  const eventually = (check: () => Promise<void>): Promise<void> =>
    vi.waitFor(check, { timeout: patienceMs, interval: 15 });
  const opened = (): Promise<StreamUnderTest> => openedForRows(open);
  const tell = (log: EventLog, rows: readonly TestRow[]): Promise<void> =>
    log.append(
      'test.row',
      rows.map((row) => eventOf(newId(), { properties: rowOf(row) })),
    );
  const counts = async (engine: StreamEngine): Promise<Record<string, number>> =>
    Object.fromEntries((await engine.series(total)).map(({ startMs, rows }) => [startMs / 1_000, rows]));

  test('an event without a row is counted as invalid, one of no workspace is nobody’s, and neither holds up what comes after', async () => {
    const { eventLog, connect } = await opened();
    await using engine = await connect();
    await using _running = await engine.run([testPipeline()], noSink);
    const misfits = [{ properties: [] }, 'no data', null].map((data) => eventOf(newId(), data));
    const timeless = eventOf(newId(), { properties: { at: 'soon' } });
    const ofNobody = eventOf(newId(), { properties: rowOf(at(2)) }, 'nobody');
    const nowhere = JSON.parse(JSON.stringify({ ...ofNobody, id: newId(), workspaceid: undefined }));
    await eventLog.append('test.row', [...misfits, timeless, ofNobody, nowhere]);
    await tell(eventLog, [at(1)]);
    await eventually(async () => expect(await counts(engine)).toEqual({ 0: 1 }));
    await eventually(async () => expect((await engine.progress('test', workspaceId)).lagMs).toBe(0));
    expect(await engine.progress('test', workspaceId)).toMatchObject({ invalid: 4, late: 0, overflow: 0 });
  });

  test('a row of a time or a number that no window could tell is counted as invalid, in the years around and for all others nothing changes', async () => {
    const { eventLog, connect } = await opened();
    await using engine = await connect();
    await using _running = await engine.run([testPipeline()], noSink);
    const beyond = [
      { ...at(1), timeMs: Date.parse('9999-12-31T23:59:59.500Z') },
      { ...at(1), timeMs: Date.parse('1582-12-31T23:59:59.999Z') },
      { ...at(1), amount: 1.7e308 },
      { ...at(1), amount: -1e291 },
    ];
    const edges = [
      { ...at(1), timeMs: Date.parse('9998-12-31T23:59:59.500Z') },
      { ...at(1), timeMs: Date.parse('1583-01-01T00:00:00Z') },
      { ...at(1), amount: 1e290 },
      { ...at(1), amount: 1e290 },
    ];
    await tell(eventLog, [...beyond, ...edges]);
    await eventually(async () => expect(Object.values(await counts(engine)).sort()).toEqual([1, 1, 2]));
    const sums = (await engine.series(total)).map(({ values }) => values[1]);
    expect(sums).toContain(2e290);
    expect(await engine.progress('test', workspaceId)).toMatchObject({ invalid: 4, late: 0, overflow: 0 });
  });

  test('a value of another type than its field is declared with is none, and a number where a text is declared is the text it is written as', async () => {
    const { eventLog, connect } = await opened();
    await using engine = await connect();
    const types = { place: 'TEXT', amount: 'INT' } as const;
    const filter = { kind: 'compare', field: 'whole', op: 'ne', value: null } as const;
    const pipeline = testPipeline({ types: { ...types, whole: 'TRUTH' }, filter });
    await using _running = await engine.run([pipeline], noSink);
    const places = [7, '7', true, 'DTW', null];
    const amounts = ['12', 1.5, 3, true, 2 ** 31];
    const rows = places.map((place, n) => ({ ...rowOf(at(n)), place, amount: amounts[n], whole: true }));
    const untold = [1, 'true', null].map((whole) => ({ ...rowOf(at(6)), whole }));
    await eventLog.append(
      'test.row',
      [...rows, ...untold].map((properties) => eventOf(newId(), { properties })),
    );
    await eventually(async () => expect(await counts(engine)).toEqual({ 0: 5 }));
    const [all] = await engine.series(total);
    // Rows, sum, mean, least, most, median, p95, places.
    expect(all?.values.filter((_, index) => index < 5 || index === 7)).toEqual([5, 3, 3, 3, 3, 3]);
    const byPlace = await engine.series({ ...total, grouping: ['place'] });
    expect(byPlace.map(({ group, rows: count }) => [group[0], count])).toEqual([
      ['7', 2],
      ['DTW', 1],
      ['true', 1],
      [null, 1],
    ]);
  });

  test('a record that could not be counted counts as invalid once, and not when it becomes another or goes', async () => {
    const { eventLog, connect } = await opened();
    await using engine = await connect();
    const { source } = testPipeline();
    await using _running = await engine.run(
      [testPipeline({ source: { ...source, rows: 'changes' } })],
      noSink,
    );
    const [large, small] = [rowOf({ ...at(1), amount: 1e291 }), rowOf({ ...at(1), amount: 5 })];
    const changes = [
      { before: null, after: large },
      { before: large, after: small },
      { before: small, after: large },
      { before: large, after: null },
    ];
    // The last one is of another record, behind the others.
    for (const change of [...changes, { before: null, after: rowOf(at(11)) }])
      await eventLog.append('test.row', [eventOf(newId(), change)]);
    await eventually(async () => expect(await counts(engine)).toEqual({ 10: 1 }));
    expect(await engine.progress('test', workspaceId)).toMatchObject({ invalid: 2, late: 0, overflow: 0 });
  });

  test('a record that was never counted leaves nothing where it goes, not less than nothing, and holds up nothing that comes after', async () => {
    const { eventLog, connect } = await opened();
    await using engine = await connect();
    const { source } = testPipeline();
    const told: number[] = [];
    const sink: ResultSink = async (_, results) => {
      for (const each of results) told.push(...each.results.map(({ rows }) => rows));
    };
    await using _running = await engine.run([testPipeline({ source: { ...source, rows: 'changes' } })], sink);
    const change = async (before: object | null, after: object | null): Promise<void> => {
      await eventLog.append('test.row', [eventOf(newId(), { before, after })]);
      await eventually(async () => expect((await engine.pipelines())[0]?.eventsBehind).toBe(0));
    };
    const [unknown, known] = [rowOf(at(1, 'LAS')), rowOf(at(2))];
    await change(unknown, null);
    await change(null, known);
    expect(await counts(engine)).toEqual({ 0: 1 });
    await change(rowOf(at(21, 'SEA')), rowOf(at(11)));
    expect(await counts(engine)).toEqual({ 0: 1, 10: 1 });
    await change(null, rowOf(at(12)));
    await change(rowOf({ ...at(13, 'ORD'), amount: 9 }), null);
    // One row too few, which nobody can tell from those that were counted, but no place, and no amount, that was never there.
    expect((await engine.series(total)).map(({ rows, values }) => [rows, values[4], values[7]])).toEqual([
      [1, 1, 1],
      [1, 1, 1],
    ]);
    await change(known, null);
    expect(await counts(engine)).toEqual({ 10: 1 });
    expect(Math.min(...told)).toBe(0);
  });

  test('of several pipelines over a topic one whose results cannot be stored holds up no other, and goes on when they can', async () => {
    const { eventLog, connect } = await opened();
    await using engine = await connect();
    let isBroken = true;
    const sink: ResultSink = async (_, results) => {
      if (isBroken && results.some(({ pipeline }) => pipeline === 'broken')) throw new Error('a poison');
    };
    const names = ['before', 'broken', 'test'];
    await using _running = await engine.run(
      names.map((name) => testPipeline({ name })),
      sink,
    );
    const each = async (): Promise<unknown> =>
      Promise.all(names.map((pipeline) => engine.series({ ...total, pipeline }))).then((series) =>
        series.map((windows) => windows.map(({ rows }) => rows)),
      );
    const states = async (): Promise<unknown> => (await engine.pipelines()).map(({ state }) => state);
    await tell(eventLog, [at(1)]);
    await eventually(async () => expect(await each()).toEqual([[1], [], [1]]));
    await tell(eventLog, [at(2)]);
    await eventually(async () => expect(await each()).toEqual([[2], [], [2]]));
    await eventually(async () => expect(await states()).toEqual(['running', 'failing', 'running']));
    isBroken = false;
    await eventually(async () => expect(await each()).toEqual([[2], [2], [2]]));
    await tell(eventLog, [at(3)]);
    await eventually(async () => expect(await each()).toEqual([[3], [3], [3]]));
    await eventually(async () => expect(await states()).toEqual(['running', 'running', 'running']));
  });

  const places = async (engine: StreamEngine): Promise<readonly unknown[]> =>
    (await engine.series({ ...total, grouping: ['place'] })).map(({ group, startMs, rows }) => [
      group[0],
      startMs / 1_000,
      rows,
    ]);
  const overflow = async (engine: StreamEngine, expected: number): Promise<void> =>
    eventually(async () => {
      expect(await engine.progress('test', workspaceId)).toMatchObject({ lagMs: 0, overflow: expected });
    });

  test('a group whose windows are all kept no longer makes room for another, and no row of that one is missing', async () => {
    const { eventLog, relational, connect } = await opened();
    await using engine = await connect();
    const pipeline = testPipeline({ maxGroups: 2, allowedLatenessMs: 10_000, keepMs: 1_000_000 });
    await using _running = await engine.run([pipeline], noSink);
    await tell(eventLog, [at(1, 'DTW'), at(1, 'LAS')]);
    await eventually(async () => expect(await places(engine)).toHaveLength(2));
    // Of groups that come at once an engine is free which it lets in.
    await tell(eventLog, [at(2, 'SEA')]);
    await overflow(engine, 1);
    await tell(eventLog, [at(2_000, 'DTW')]);
    await eventually(async () => expect(await places(engine)).toEqual([['DTW', 2_000, 1]]));
    await tell(eventLog, [at(2_001, 'SEA'), at(2_002, 'SEA')]);
    await eventually(async () =>
      expect(await places(engine)).toEqual([
        ['DTW', 2_000, 1],
        ['SEA', 2_000, 2],
      ]),
    );
    await tell(eventLog, [at(2_003, 'LAS')]);
    await overflow(engine, 2);
    const { rows } = await relational.query('SELECT count(*)::int AS groups FROM stream.window_group');
    expect(rows).toEqual([{ groups: 3 }]);
  });

  test('of records, a group that has none any more makes room for another, until one was kept out: what is taken back was then counted', async () => {
    const { eventLog, connect } = await opened();
    await using engine = await connect();
    const { source } = testPipeline();
    const pipeline = testPipeline({ maxGroups: 2, source: { ...source, rows: 'changes' } });
    await using _running = await engine.run([pipeline], noSink);
    const record = (place: string) => rowOf(at(1, place));
    const change = async (before: object | null, after: object | null): Promise<void> =>
      eventLog.append('test.row', [eventOf(newId(), { before, after })]);
    await change(null, record('DTW'));
    await change(null, record('LAS'));
    await change(record('LAS'), null);
    await eventually(async () => expect(await places(engine)).toEqual([['DTW', 0, 1]]));
    await change(null, record('SEA'));
    const both = [
      ['DTW', 0, 1],
      ['SEA', 0, 1],
    ];
    await eventually(async () => expect(await places(engine)).toEqual(both));
    await change(null, record('ORD'));
    await overflow(engine, 1);
    await change(record('SEA'), null);
    await eventually(async () => expect(await places(engine)).toEqual([['DTW', 0, 1]]));
    await change(record('ORD'), null);
    await change(null, record('DTW'));
    await eventually(async () => expect(await places(engine)).toEqual([['DTW', 0, 2]]));
  });

  test('of records, more groups than before are computed anew: a group is whole or not there', async () => {
    const { eventLog, connect } = await opened();
    const { source } = testPipeline();
    const pipeline = testPipeline({ maxGroups: 2, source: { ...source, rows: 'changes' } });
    const record = (place: string) => rowOf(at(1, place));
    const change = async (before: object | null, after: object | null): Promise<void> =>
      eventLog.append('test.row', [eventOf(newId(), { before, after })]);
    {
      await using engine = await connect();
      await using _running = await engine.run([pipeline], noSink);
      await change(null, record('DTW'));
      await change(null, record('LAS'));
      await eventually(async () => expect(await places(engine)).toHaveLength(2));
      await change(null, record('ORD'));
      await overflow(engine, 1);
    }
    await using engine = await connect();
    await using _running = await engine.run([{ ...pipeline, maxGroups: 3 }], noSink);
    await change(null, record('ORD'));
    await change(record('ORD'), null);
    const whole = ['DTW', 'LAS', 'ORD'].map((place) => [place, 0, 1]);
    await eventually(async () => expect(await places(engine)).toEqual(whole));
    await overflow(engine, 0);
    expect((await engine.pipelines())[0]?.change?.how).toBe('recomputed');
  });
}
