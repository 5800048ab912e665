import { newId } from '@tributary/runtime';
import { expect, test, vi } from 'vitest';
import { partitionOf } from '../event-log/partitioner.ts';
import type { LogEvent } from '../event-log/port.ts';
import { eventOf, rowOf, testPipeline, workspaceId } from './conformance-rows.ts';
import type { StreamEngine } from './port.ts';
import { openedForRows, type StreamUnderTest } from './stream-under-test.ts';

const neighbourId = '0190a1b2-0000-7000-8000-000000000002';
const dayMs = 86_400_000;
const firstMs = Date.parse('2026-10-01T00:00:00Z');

/** What is promised of a log that is behind, for every implementation of `StreamEngine`. */
export function backlogConformance(open: () => Promise<StreamUnderTest>, patienceMs: number): void {
  const eventually = (check: () => Promise<void>): Promise<void> =>
    vi.waitFor(check, { timeout: patienceMs, interval: 50 });

  const keys = [0, 1].map((partition) => keyOf(partition));
  const told = (key: string | undefined, day: number, workspace = workspaceId): LogEvent => ({
    ...eventOf(
      newId(),
      { properties: rowOf({ timeMs: firstMs + day * dayMs, place: 'DTW', amount: 1 }) },
      workspace,
    ),
    partitionkey: key ?? '',
  });
  const pipeline = testPipeline({
    groupings: [[]],
    windows: [{ name: 'DAY', kind: 'tumble', sizeMs: dayMs, offsetMs: 0 }],
    allowedLatenessMs: dayMs,
  });
  const computed = (engine: StreamEngine): Promise<void> =>
    eventually(async () => expect((await engine.pipelines())[0]?.eventsBehind).toBe(0));
  const rowsByDay = async (engine: StreamEngine): Promise<readonly number[]> => {
    const inTotal = { pipeline: 'test', workspaceId, window: 'DAY', grouping: [] };
    const series = await engine.series({ ...inTotal, fromMs: 0, toMs: 1e14, limit: 1_000 });
    return series.map(({ rows }) => rows);
  };

  test('the first rows of a workspace are none late, though those of one partition are computed before those of another come', async () => {
    const { eventLog, connect } = await openedForRows(open, 2);
    await using engine = await connect();
    await using _running = await engine.run([pipeline], async () => undefined);
    const days = Array.from({ length: 10 }, (_, day) => day);
    for (const key of keys) {
      await eventLog.append(
        'test.row',
        days.map((day) => told(key, day)),
      );
      await computed(engine);
    }
    expect(await rowsByDay(engine)).toEqual(days.map(() => 2));
    expect((await engine.progress('test', workspaceId)).late).toBe(0);
    // Each partition has told how far it is: what is late now is.
    await eventLog.append('test.row', [told(keys[0], 1)]);
    await eventually(async () => expect((await engine.progress('test', workspaceId)).late).toBe(1));
  });

  test('a workspace whose rows lie behind those of a busy neighbour in one partition loses none: they came in time, and are only read later', async () => {
    const { eventLog, connect } = await openedForRows(open, 2);
    for (let n = 0; n < 10; n += 1)
      await eventLog.append(
        'test.row',
        Array.from({ length: 1_000 }, () => told(keys[1], 0, neighbourId)),
      );
    const days = Array.from({ length: 30 }, (_, day) => day);
    // In the log in the order of their times, half of each day's in either partition.
    await eventLog.append(
      'test.row',
      days.flatMap((day) => keys.map((key) => told(key, day))),
    );
    await using engine = await connect();
    await using _running = await engine.run([pipeline], async () => undefined);
    await computed(engine);
    expect(await rowsByDay(engine)).toEqual(days.map(() => 2));
    expect((await engine.progress('test', workspaceId)).late).toBe(0);
    // Once all is read, event time goes on: what is late then is.
    await eventLog.append('test.row', [told(keys[0], 40), told(keys[1], 40)]);
    await eventLog.append('test.row', [told(keys[0], 1)]);
    await eventually(async () => expect((await engine.progress('test', workspaceId)).late).toBe(1));
  });
}

function keyOf(partition: number): string {
  for (let n = 0; ; n += 1) if (partitionOf(`Row/${n}`, 2) === partition) return `Row/${n}`;
}
