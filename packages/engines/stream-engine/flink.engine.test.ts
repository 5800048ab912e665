import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newId } from '@tributary/runtime';
import { atNight, freshDatabase } from '@tributary/test-kit';
import { expect, inject, onTestFailed, test, vi } from 'vitest';
import type { LogEvent } from '../event-log/port.ts';
import { streamEngineConformance } from './conformance.ts';
import { backlogConformance } from './conformance-backlog.ts';
import { misfitsConformance } from './conformance-misfits.ts';
import {
  bruteForce,
  comparable,
  eventOf,
  rowOf,
  type TestRow,
  testPipeline,
  workspaceId,
} from './conformance-rows.ts';
import { steeringConformance } from './conformance-steering.ts';
import { everything, jobsOf, openFlinkUnderTest, patienceMs, untilComputed } from './open-flink.fixture.ts';
import type { Pipeline, Progress, Window, WindowResult } from './port.ts';

vi.setConfig({ testTimeout: 300_000 });

streamEngineConformance(openFlinkUnderTest, patienceMs);
steeringConformance(openFlinkUnderTest, patienceMs);
misfitsConformance(openFlinkUnderTest, patienceMs);
backlogConformance(openFlinkUnderTest, patienceMs);

const noSink = async (): Promise<void> => undefined;
const day = Date.parse('2026-11-01T00:00:00Z');

/** The same numbers for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const hop: Window = { name: 'HOP', kind: 'hop', sizeMs: 60_000, slideMs: 20_000, offsetMs: 5_000 };
const ten: Window = { name: 'TEN', kind: 'tumble', sizeMs: 10_000, offsetMs: 0 };
const declared: readonly Pipeline[] = [
  testPipeline({ name: 'late', windows: [ten, hop], outOfOrdernessMs: 2_000, allowedLatenessMs: 15_000 }),
  testPipeline({
    name: 'visits',
    windows: [{ name: 'VISIT', kind: 'session', gapMs: 1_500 }],
    allowedLatenessMs: 1e9,
  }),
  testPipeline({
    name: 'chosen',
    windows: [ten],
    timeField: undefined,
    dimensions: ['place', 'flag'],
    groupings: [['flag'], ['flag', 'place']],
    filter: {
      kind: 'and',
      filters: [
        { kind: 'not', filter: { kind: 'compare', field: 'place', op: 'eq', value: null } },
        {
          kind: 'or',
          filters: [
            { kind: 'text', field: 'place', op: 'contains', value: "O'", ignoreCase: true },
            { kind: 'compare', field: 'amount', op: 'gte', value: 2.5 },
            { kind: 'compare', field: 'place', op: 'lt', value: 'L' },
            { kind: 'in', field: 'flag', values: [true, '1', null] },
          ],
        },
        { kind: 'compare', field: 'flag', op: 'ne', value: 2 },
      ],
    },
  }),
  testPipeline({ name: 'clamped', windows: [ten], ahead: { mostMs: 1_000, policy: 'clamp' } }),
  testPipeline({ name: 'refused', windows: [ten], ahead: { mostMs: 1_000, policy: 'refuse' } }),
  testPipeline({
    name: 'records',
    source: {
      topic: 'test.row',
      types: ['test.row.changed'],
      only: { field: 'model', value: 'Row' },
      rows: 'changes',
    },
    windows: [ten, hop],
  }),
];

const places = ['DTW', "O'Hare", 'Zürich "💠"\n\u0001', null, 7, true, 'x'.repeat(300), { a: 1 }];
const amounts = [null, 0, -3.5, 0.25, 12, 2.5, 1e6, '12', true];
const flags = [true, false, '1', 1, 2, undefined, null];
const times = [
  '2026-11-01T00:00:12.5678Z',
  '2026-11-01T02:00:20+02:00',
  '2026-11-01',
  '2026-11-01 00:00:07Z',
  'soon',
  null,
];

function someEvents(random: () => number): readonly LogEvent[] {
  const among = <Value>(values: readonly Value[]): Value | undefined =>
    values[Math.floor(random() * values.length)];
  const row = (at: unknown): object => ({
    at,
    place: among(places),
    amount: among(amounts),
    flag: among(flags),
  });
  const told = Array.from({ length: 400 }, (_, n) => {
    const moment = new Date(day + n * 250 - Math.floor(random() * 30_000)).toISOString();
    const time = random() < 0.1 ? among(times) : moment;
    return { ...eventOf(newId(), { properties: row(time) }), time: moment };
  });
  const records = new Map<string, object>();
  const changed = Array.from({ length: 200 }, () => {
    const model = random() < 0.9 ? 'Row' : 'Other';
    const key = `${model} ${Math.floor(random() * 30)}`;
    const before = records.get(key) ?? null;
    const moment = new Date(day + Math.floor(random() * 100_000)).toISOString();
    const after = before !== null && random() < 0.3 ? null : row(moment);
    if (after === null) records.delete(key);
    else records.set(key, after);
    return { ...eventOf(newId(), { model, before, after }), type: 'test.row.changed' };
  });
  const future = { ...eventOf(newId(), { properties: row(new Date(Date.now() + 1e9).toISOString()) }) };
  const misfits = [{ properties: [] }, { properties: 'none' }, {}, null, []].map((data) =>
    eventOf(newId(), data),
  );
  const rowless = [
    { model: 'Row' },
    { model: 'Row', before: null, after: 'none' },
    { before: {}, after: {} },
  ].map((data) => ({ ...eventOf(newId(), data), type: 'test.row.changed' }));
  const ofNobody = ['', 'nobody', `${workspaceId}0`].map((workspace) =>
    eventOf(newId(), { properties: row(null) }, workspace),
  );
  return [...told, ...misfits, ...changed, ...rowless, ...ofNobody, future, ...told.slice(0, 5)];
}

test('the same events give the same windows, late counts and refusals on both engines, whatever their values are', async () => {
  const seed = Math.floor(Math.random() * 2 ** 32);
  onTestFailed(() => void process.stderr.write(`the seed of the failed comparison: ${seed}\n`));
  await using under = await openFlinkUnderTest();
  await using store = await freshDatabase();
  await under.eventLog.declareTopics([{ name: 'test.row', partitions: 1, retentionMs: 1e10 }]);
  await using flink = await under.connect();
  await using embedded = await under.connect('embedded:', store);
  const events = someEvents(randomFrom(seed));
  await under.eventLog.append('test.row', events.slice(0, 300));
  await using _flink = await flink.run(declared, noSink);
  await using _embedded = await embedded.run(declared, noSink);
  await untilComputed(flink, declared);
  await under.eventLog.append('test.row', events.slice(300));
  await untilComputed(flink, declared);
  await untilComputed(embedded, declared);
  for (const pipeline of declared) {
    const [ours, theirs] = [await everything(flink, pipeline), await everything(embedded, pipeline)];
    expect(theirs.length).toBeGreaterThan(0);
    expect({ [pipeline.name]: withPercentiles(ours) }).toEqual({ [pipeline.name]: withPercentiles(theirs) });
    const { lagMs: _ours, ...progress }: Progress = await flink.progress(pipeline.name, workspaceId);
    const { lagMs: _theirs, ...expected }: Progress = await embedded.progress(pipeline.name, workspaceId);
    expect({ [pipeline.name]: progress }).toEqual({ [pipeline.name]: expected });
  }
});

test('a backlog in several partitions counts whole, whichever partition is read first: nothing is late for the order of reading', async () => {
  await using under = await openFlinkUnderTest();
  await using store = await freshDatabase();
  await under.eventLog.declareTopics([{ name: 'test.row', partitions: 4, retentionMs: 1e10 }]);
  const pipeline = testPipeline({
    groupings: [[]],
    windows: [ten],
    outOfOrdernessMs: 1_000,
    allowedLatenessMs: 5_000,
  });
  // Each partition holds the same hour in order, far more than may be late.
  const keys = ['Row/0', 'Row/1', 'Row/2', 'Row/3', 'Row/4', 'Row/5'];
  const hour = Array.from({ length: 360 }, (_, at) =>
    rowOf({ timeMs: day + at * 10_000, place: 'DTW', amount: at }),
  );
  await under.eventLog.append(
    'test.row',
    hour.flatMap((properties) =>
      keys.map((key) => ({ ...eventOf(newId(), { properties }), partitionkey: key })),
    ),
  );
  const late = eventOf(newId(), { properties: rowOf({ timeMs: day, place: 'DTW', amount: 1 }) });
  await using flink = await under.connect();
  await using embedded = await under.connect('embedded:', store);
  for (const engine of [flink, embedded]) {
    await using _running = await engine.run([pipeline], noSink);
    await untilComputed(engine, [pipeline]);
    const counted = (await everything(engine, pipeline)).map(({ rows }) => rows);
    expect(counted).toEqual(hour.map(() => keys.length));
    expect((await engine.progress('test', workspaceId)).late).toBe(0);
  }
  await using _running = await flink.run([pipeline], noSink);
  await under.eventLog.append('test.row', [late]);
  await untilComputed(flink, [pipeline]);
  expect((await flink.progress('test', workspaceId)).late).toBe(1);
});

/** Both keep the same bins, so percentiles are the same numbers too. */
function withPercentiles(results: readonly WindowResult[]): readonly unknown[] {
  const percentiles = results.map(({ window, grouping, group, startMs, values }) =>
    JSON.stringify([window, grouping, group, startMs, values[5], values[6]]),
  );
  return [...comparable(results), ...percentiles.sort()];
}

/** In the day the product holds the same, while each of the first two is killed (tests/journeys/large-engines/flink/killed); this waits for the night (`NIGHTLY=1`, .ci/nightly). */
function whateverIsKilled(): void {
  test('each event counts once, whichever of Flink’s processes is killed, and whoever cancels the job', async () => {
    await using under = await openFlinkUnderTest();
    const { eventLog, gateway, relational } = under;
    await eventLog.declareTopics([{ name: 'test.row', partitions: 3, retentionMs: 1e10 }]);
    const pipeline = testPipeline({ windows: [ten, hop] });
    await using engine = await under.connect();
    await using _running = await engine.run([pipeline], noSink);
    const acknowledged: TestRow[] = [];
    const tell = async (): Promise<void> => {
      const rows = Array.from({ length: 40 }, (_, at) => ({
        timeMs: day + ((acknowledged.length * 7_919) % 200_000),
        place: ['DTW', 'LAS', 'JFK'][at % 3] ?? null,
        amount: at,
      }));
      const events = rows.map((row, at) => ({
        ...eventOf(newId(), { properties: rowOf(row) }),
        partitionkey: `Row/${at}`,
      }));
      await eventLog.append('test.row', events);
      acknowledged.push(...rows);
    };
    const kill = async (name: string): Promise<void> => {
      const file = join(inject('engines')['FLINK_DATA'] ?? '', `${name}.pid`);
      process.kill(Number(await readFile(file, 'utf8')), 'SIGKILL');
    };
    await tell();
    await untilComputed(engine, [pipeline]);
    const steps = [
      () => kill('taskmanager'),
      () => kill('jobmanager'),
      async () => {
        for (const { id } of await jobsOf(gateway, relational)) await gateway.cancel(id);
      },
    ];
    for (const step of steps) {
      for (let n = 0; n < 10; n += 1) await tell();
      await step();
      for (let n = 0; n < 10; n += 1) await tell();
      await untilComputed(engine, [pipeline]);
      expect(comparable(await everything(engine, pipeline))).toEqual(
        comparable(bruteForce(acknowledged, pipeline)),
      );
    }
    expect(await jobsOf(gateway, relational)).toHaveLength(1);
  });
}
if (atNight) whateverIsKilled();
