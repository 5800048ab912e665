import { createLogger, newId, systemClock } from '@tributary/runtime';
import { eventually, freshDatabase } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { openEventLog } from '../event-log/open.ts';
import type { ReadRequest } from '../event-log/port.ts';
import { eventOf, rowOf, testPipeline, workspaceId } from './conformance-rows.ts';
import { openStreamEngine } from './open.ts';

const log = createLogger({ name: 'test', level: 'silent' });

test('a pipeline that goes on recalls the ids of what it computed without reading those events again', async () => {
  await using relational = await freshDatabase();
  await using eventLog = await openEventLog('embedded:', { relational, log });
  await eventLog.declareTopics([{ name: 'test.row', partitions: 1, retentionMs: 1e10 }]);
  const read = eventLog.read.bind(eventLog);
  const asked: ReadRequest[] = [];
  Object.assign(eventLog, {
    read: (request: ReadRequest) => {
      asked.push(request);
      return read(request);
    },
  });
  const tell = (count: number): Promise<void> =>
    eventLog.append(
      'test.row',
      Array.from({ length: count }, () =>
        eventOf(newId(), { properties: rowOf({ timeMs: 1_000, place: 'DTW', amount: 1 }) }),
      ),
    );
  const count = async (expected: number): Promise<void> => {
    await using engine = await openStreamEngine('embedded:', {
      ...{ relational, eventLog, log },
      eventLogUrl: 'embedded:',
      clock: systemClock,
    });
    await using _running = await engine.run([testPipeline({ groupings: [[]] })], async () => undefined);
    const window = { window: 'TEN', grouping: [], fromMs: 0, toMs: 1e13, limit: 10 };
    await eventually(async () => {
      const [total] = await engine.series({ pipeline: 'test', workspaceId, ...window });
      expect(total?.values[0]).toBe(expected);
    });
  };
  await tell(20);
  await count(20);
  await tell(5);
  await count(25);
  expect(asked.filter(({ limit }) => limit > 1)).toEqual([]);
});
