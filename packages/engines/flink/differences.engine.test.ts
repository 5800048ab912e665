import { newId } from '@tributary/runtime';
import { freshDatabase } from '@tributary/test-kit';
import { expect, test, vi } from 'vitest';
import { eventOf, rowOf, testPipeline, workspaceId } from '../stream-engine/conformance-rows.ts';
import { everything, openFlinkUnderTest, untilComputed } from '../stream-engine/open-flink.fixture.ts';
import type { StreamEngine } from '../stream-engine/port.ts';

vi.setConfig({ testTimeout: 180_000 });

test('what Flink counts otherwise is what the README says: rows of a group too many, and times that only JavaScript reads', async () => {
  await using under = await openFlinkUnderTest();
  await using store = await freshDatabase();
  await under.eventLog.declareTopics([{ name: 'test.row', partitions: 1, retentionMs: 1e10 }]);
  await using flink = await under.connect();
  await using embedded = await under.connect('embedded:', store);
  const pipeline = testPipeline({
    dimensions: ['place', 'flag'],
    groupings: [[], ['place'], ['place', 'flag']],
    windows: [{ name: 'TEN', kind: 'tumble', sizeMs: 10_000, offsetMs: 0 }],
    maxGroups: 2,
  });
  const row = (place: string, at = '2026-11-01T00:00:01Z') =>
    eventOf(newId(), { properties: { at, place, flag: true, amount: 1 } });
  const unread = row('DTW', 'Nov 1, 2026 00:00:02 UTC');
  await under.eventLog.append('test.row', [row('DTW'), row('LAS'), row('JFK'), unread]);
  const counted = async (engine: StreamEngine) => {
    await using _running = await engine.run([pipeline], async () => undefined);
    await untilComputed(engine, [pipeline]);
    const { overflow, invalid } = await engine.progress(pipeline.name, workspaceId);
    return { overflow, invalid };
  };
  // Which of the three places comes too late is open on Flink: they come in one commit.
  expect(await counted(embedded)).toEqual({ overflow: 1, invalid: 0 });
  expect(await counted(flink)).toEqual({ overflow: 2, invalid: 1 });
});

test('a row that joins two sessions finds one that closed before it, where all of that is in one commit', async () => {
  await using under = await openFlinkUnderTest();
  await using store = await freshDatabase();
  await under.eventLog.declareTopics([{ name: 'test.row', partitions: 1, retentionMs: 1e10 }]);
  const pipeline = testPipeline({
    groupings: [[]],
    windows: [{ name: 'VISIT', kind: 'session', gapMs: 10_000 }],
    outOfOrdernessMs: 0,
    allowedLatenessMs: 0,
  });
  const rowAt = (timeMs: number) =>
    eventOf(newId(), { properties: rowOf({ timeMs, place: 'DTW', amount: 1 }) });
  // The second one closes the session of the first, and has one of its own; the third lies within the gap of both.
  await under.eventLog.append('test.row', [rowAt(0), rowAt(15_000), rowAt(9_000)]);
  const sessions = async (engine: StreamEngine) => {
    await using _running = await engine.run([pipeline], async () => undefined);
    await untilComputed(engine, [pipeline]);
    const found = await everything(engine, pipeline);
    return found.map(({ startMs, endMs, rows }) => ({ startMs, endMs, rows }));
  };
  await using embedded = await under.connect('embedded:', store);
  expect(await sessions(embedded)).toEqual([
    { startMs: 0, endMs: 10_000, rows: 1 },
    { startMs: 9_000, endMs: 25_000, rows: 2 },
  ]);
  await using flink = await under.connect();
  expect(await sessions(flink)).toEqual([{ startMs: 0, endMs: 25_000, rows: 3 }]);
});
