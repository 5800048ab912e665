import { createLogger, newId, systemClock } from '@tributary/runtime';
import { eventually, freshDatabase } from '@tributary/test-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EventLog, LogEvent } from '../event-log/port.ts';
import { eventOf, rowOf, testPipeline, workspaceId } from '../stream-engine/conformance-rows.ts';
import { openStreamEngine } from '../stream-engine/open.ts';
import { type OwnBroker, openLog, startBroker } from './broker.fixture.ts';

const pipeline = testPipeline({ groupings: [[]] });
const { topic } = pipeline.source;
const patience = { timeoutMs: 60_000 };
let broker: OwnBroker;

beforeAll(async () => {
  broker = await startBroker();
}, 120_000);
afterAll(() => broker[Symbol.asyncDispose]());

function rowsOf(amounts: readonly number[]): readonly LogEvent[] {
  return amounts.map((amount) =>
    eventOf(newId(), { properties: rowOf({ timeMs: 1_000, place: 'DTW', amount }) }),
  );
}

async function tell(log: EventLog, rows: readonly LogEvent[]): Promise<void> {
  await log.declareTopics([{ name: topic, partitions: 1, retentionMs: 3_600_000 }]);
  await log.append(topic, rows);
}

test('metrics go on with what is in a topic that is made anew while they are computed, shorter than before or longer', async () => {
  await using relational = await freshDatabase();
  await using eventLog = await openLog(broker.url);
  await tell(eventLog, rowsOf([1, 2, 3]));
  await using engine = await openStreamEngine('embedded:', {
    relational,
    eventLog,
    eventLogUrl: broker.url,
    clock: systemClock,
    log: createLogger({ name: 'test', level: 'silent' }),
  });
  await using _running = await engine.run([pipeline], async () => undefined);
  const counted = async (rows: number, sum: number): Promise<void> => {
    await eventually(async () => {
      const request = { pipeline: 'test', workspaceId, window: 'TEN', grouping: [], limit: 10 };
      const [window] = await engine.series({ ...request, fromMs: 0, toMs: 1e13 });
      expect(window?.values.slice(0, 2)).toEqual([rows, sum]);
      expect(await engine.pipelines()).toMatchObject([{ state: 'running', eventsBehind: 0, lagMs: 0 }]);
    }, patience);
  };
  await counted(3, 6);
  for (const [amounts, rows, sum] of [
    [[10], 4, 16],
    [[20, 20, 20, 20], 8, 96],
  ] as const) {
    await broker.deleteTopic(topic);
    const again = rowsOf(amounts);
    await eventually(async () => {
      await using another = await openLog(broker.url);
      await tell(another, again);
    }, patience);
    await counted(rows, sum);
  }
}, 240_000);
