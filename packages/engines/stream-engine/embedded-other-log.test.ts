import { createLogger, newId, systemClock } from '@tributary/runtime';
import { eventually, freshDatabase } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { openEventLog } from '../event-log/open.ts';
import type { EventLog } from '../event-log/port.ts';
import type { Relational } from '../relational/port.ts';
import { eventOf, rowOf, testPipeline, workspaceId } from './conformance-rows.ts';
import { createStreamSchema } from './embedded-schema.ts';
import { openStreamEngine } from './open.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const pipeline = testPipeline({ groupings: [[]] });
const total = {
  pipeline: 'test',
  workspaceId,
  window: 'TEN',
  grouping: [],
  fromMs: 0,
  toMs: 1e13,
  limit: 10,
};

async function logIn(relational: Relational): Promise<EventLog> {
  const eventLog = await openEventLog('embedded:', { relational, log });
  await eventLog.declareTopics([{ name: 'test.row', partitions: 1, retentionMs: 1e10 }]);
  return eventLog;
}

function tell(eventLog: EventLog, amounts: readonly number[]): Promise<void> {
  const rows = amounts.map((amount) => rowOf({ timeMs: 1_000, place: 'DTW', amount }));
  return eventLog.append(
    'test.row',
    rows.map((properties) => eventOf(newId(), { properties })),
  );
}

function engineOn(relational: Relational, eventLog: EventLog): ReturnType<typeof openStreamEngine> {
  return openStreamEngine('embedded:', {
    relational,
    eventLog,
    eventLogUrl: 'embedded:',
    clock: systemClock,
    log,
  });
}

/** Computes what the log holds, in the store of `relational`, and answers how many rows were counted and their sum. */
async function computed(relational: Relational, eventLog: EventLog): Promise<readonly unknown[]> {
  await using engine = await engineOn(relational, eventLog);
  await using _running = await engine.run([pipeline], async () => undefined);
  await eventually(async () => expect((await engine.progress('test', workspaceId)).lagMs).toBe(0));
  const [window] = await engine.series(total);
  return window?.values.slice(0, 2) ?? [];
}

test('on another log metrics keep what they have and go on with its oldest event, and back on the first one with the next event there', async () => {
  await using first = await freshDatabase();
  await using second = await freshDatabase();
  await using firstLog = await logIn(first);
  await using secondLog = await logIn(second);
  await tell(firstLog, [1, 2, 3]);
  expect(await computed(first, firstLog)).toEqual([3, 6]);
  // Shorter than the position in the other one: an offset of that log would be beyond the end of this.
  await tell(secondLog, [10]);
  expect(await computed(first, secondLog)).toEqual([4, 16]);
  await tell(secondLog, [20]);
  await tell(firstLog, [4]);
  expect(await computed(first, secondLog)).toEqual([5, 36]);
  expect(await computed(first, firstLog)).toEqual([6, 40]);
});

test('positions of before logs were told apart belong to the log of the first start after it', async () => {
  await using relational = await freshDatabase();
  await using eventLog = await logIn(relational);
  await tell(eventLog, [1, 2]);
  expect(await computed(relational, eventLog)).toEqual([2, 3]);
  await relational.query('ALTER TABLE stream.position DROP COLUMN log_id CASCADE');
  await relational.query('ALTER TABLE stream.position ADD PRIMARY KEY (pipeline_id, partition)');
  await createStreamSchema(relational, await eventLog.identity());
  await tell(eventLog, [4]);
  expect(await computed(relational, eventLog)).toEqual([3, 7]);
});

test('of windows of before open ones had a column of their own those without a state are closed, at the first start after it', async () => {
  await using relational = await freshDatabase();
  await using eventLog = await logIn(relational);
  const logId = await eventLog.identity();
  await tell(eventLog, [1, 2]);
  expect(await computed(relational, eventLog)).toEqual([2, 3]);
  await relational.query('ALTER TABLE stream.cell DROP COLUMN is_open');
  await relational.query(
    `INSERT INTO stream.cell (pipeline_id, group_id, window_no, start_ms, end_ms, row_count, measures)
     SELECT pipeline_id, group_id, window_no, -10000, 0, row_count, measures FROM stream.cell`,
  );
  await createStreamSchema(relational, logId);
  const { rows } = await relational.query(
    'SELECT start_ms::int AS start, is_open AS "isOpen" FROM stream.cell ORDER BY start_ms',
  );
  expect(rows).toEqual([
    { start: -10_000, isOpen: false },
    { start: 0, isOpen: true },
  ]);
  await tell(eventLog, [4]);
  expect(await computed(relational, eventLog)).toEqual([3, 7]);
});

test('a pipeline that stands beyond the end of its log says so, and computes nothing', async () => {
  await using relational = await freshDatabase();
  await using eventLog = await logIn(relational);
  await tell(eventLog, [1, 2]);
  expect(await computed(relational, eventLog)).toEqual([2, 3]);
  await relational.query('UPDATE stream.position SET next_offset = 7');
  const told: unknown[] = [];
  const telling = { ...log, warn: (fields: { err?: unknown }) => void told.push(fields.err) } as typeof log;
  await using engine = await openStreamEngine('embedded:', {
    relational,
    eventLog,
    eventLogUrl: 'embedded:',
    clock: systemClock,
    log: telling,
  });
  await using _running = await engine.run([pipeline], async () => undefined);
  const refusal = expect.objectContaining({
    code: 'CURSOR_INVALID',
    details: { pipeline: 'test', topic: 'test.row', partition: 0 },
  });
  await eventually(() => expect(told).toContainEqual(refusal));
});

test('in a topic that was made anew metrics keep what they have and go on with its oldest event', async () => {
  await using relational = await freshDatabase();
  await using eventLog = await logIn(relational);
  await tell(eventLog, [1, 2, 4]);
  expect(await computed(relational, eventLog)).toEqual([3, 7]);
  await relational.transaction(async (tx) => {
    for (const table of ['record', 'partition', 'topic'])
      await tx.query(
        `DELETE FROM event_log.${table} WHERE topic_id = (SELECT topic_id FROM event_log.topic WHERE name = 'test.row')`,
      );
  });
  await using anew = await logIn(relational);
  await tell(anew, [10, 20, 30, 40]);
  expect(await computed(relational, anew)).toEqual([7, 107]);
  await tell(anew, [50]);
  expect(await computed(relational, anew)).toEqual([8, 157]);
});

test('pipelines whose log is restored while they compute say at once what to do, each until it is done, also when the log has grown beyond', async () => {
  await using relational = await freshDatabase();
  await using eventLog = await logIn(relational);
  await using engine = await engineOn(relational, eventLog);
  const other = testPipeline({ name: 'other', groupings: [[]] });
  await using _running = await engine.run([pipeline, other], async () => undefined);
  await tell(eventLog, [1, 2]);
  const sums = async (): Promise<readonly unknown[]> => {
    const series = ['test', 'other'].map((name) => engine.series({ ...total, pipeline: name }));
    return (await Promise.all(series)).map(([window]) => window?.values.slice(0, 2));
  };
  const counted = [2, 3];
  await eventually(async () => expect(await sums()).toEqual([counted, counted]));
  await using another = await logIn(relational);
  await relational.transaction(async (tx) => {
    await tx.query('DELETE FROM event_log.record');
    await tx.query('UPDATE event_log.partition SET next_offset = 0');
  });
  const failing = {
    state: 'failing',
    failure: { code: 'CURSOR_INVALID', message: expect.stringContaining('Recompute it') },
  };
  await eventually(async () => expect(await engine.pipelines()).toMatchObject([failing, failing]));
  await tell(another, [10]);
  await eventually(async () => expect((await engine.progress('test', workspaceId)).lagMs).toBeGreaterThan(0));
  await tell(another, [20, 30]);
  await engine.steer('other', 'recompute', async () => undefined);
  await eventually(async () => expect(await sums()).toEqual([counted, [3, 60]]));
  await tell(another, [40]);
  await eventually(async () => expect(await sums()).toEqual([counted, [4, 100]]));
  expect(await engine.pipelines()).toMatchObject([{ state: 'running' }, failing]);
  await engine.steer('test', 'recompute', async () => undefined);
  await eventually(async () => expect((await sums())[0]).toEqual([4, 100]));
  await eventually(async () =>
    expect(await engine.pipelines()).toMatchObject([{ state: 'running' }, { state: 'running', lagMs: 0 }]),
  );
});
