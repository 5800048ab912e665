import { createLogger, newId, systemClock } from '@tributary/runtime';
import { eventually, freshDatabase } from '@tributary/test-kit';
import { expect, onTestFinished, test } from 'vitest';
import { openEventLog } from '../event-log/open.ts';
import type { Relational } from '../relational/port.ts';
import { eventOf, rowOf, testPipeline, workspaceId } from './conformance-rows.ts';
import { createStreamSchema } from './embedded-schema.ts';
import { openStreamEngine } from './open.ts';
import type { SeriesRequest, StreamEngine } from './port.ts';
import { dimensionText } from './row-batch.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const byPlace: SeriesRequest = {
  pipeline: 'test',
  workspaceId,
  window: 'TEN',
  grouping: ['place'],
  fromMs: 0,
  toMs: 1e13,
  limit: 10,
};
const long = `${'a'.repeat(199)}🛫`;

async function opened() {
  const relational = await freshDatabase();
  onTestFinished(() => relational[Symbol.asyncDispose]());
  const eventLog = await openEventLog('embedded:', { relational, log });
  onTestFinished(() => eventLog[Symbol.asyncDispose]());
  await eventLog.declareTopics([{ name: 'test.row', partitions: 1, retentionMs: 1e10 }]);
  const tell = (places: readonly string[]) =>
    eventLog.append(
      'test.row',
      places.map((place) => eventOf(newId(), { properties: rowOf({ timeMs: 1_000, place, amount: 1 }) })),
    );
  const computed = async (check: (engine: StreamEngine) => Promise<void>) => {
    const deps = { relational, eventLog, eventLogUrl: 'embedded:', clock: systemClock, log };
    await using engine = await openStreamEngine('embedded:', deps);
    await using _running = await engine.run([testPipeline()], async () => undefined);
    await eventually(async () => expect((await engine.progress('test', workspaceId)).lagMs).toBe(0));
    await check(engine);
  };
  return { relational, eventLog, tell, computed };
}

const counts = async (engine: StreamEngine, where?: SeriesRequest['where']) =>
  (await engine.series(where === undefined ? byPlace : { ...byPlace, where })).map(({ group, rows }) => [
    group[0],
    rows,
  ]);

test('a text that is too long for a dimension is cut between characters, so that a filter by it reads all groups', async () => {
  const { tell, computed } = await opened();
  await tell([long, 'DTW']);
  await computed(async (engine) => {
    expect(await counts(engine, { place: ['DTW'] })).toEqual([['DTW', 1]]);
    expect(await counts(engine, { place: [long] })).toEqual([['a'.repeat(199), 1]]);
  });
});

test('what of a text in an event no PostgreSQL can hold is no part of a group', () => {
  expect(JSON.parse(dimensionText('a\0b\ud800'))).toBe('ab\ufffd');
});

test('keys of before texts were cut between characters are mended at the first start after it, and their groups go on', async () => {
  const { relational, eventLog, tell, computed } = await opened();
  await tell([long, 'DTW', 'c:\\ud83d', 'LAS']);
  await computed(async () => undefined);
  const before = [
    [JSON.stringify([long.slice(0, 200)]), JSON.stringify([long.slice(0, 199)])],
    [JSON.stringify(['\udc00x\0']), JSON.stringify(['LAS'])],
  ];
  for (const [broken, key] of before) await setKey(relational, broken, key);
  await relational.query('ALTER TABLE stream.leader DROP COLUMN keys_are_text');
  await createStreamSchema(relational, await eventLog.identity());
  await tell([long]);
  await computed(async (engine) => {
    expect(await counts(engine, { place: ['DTW'] })).toEqual([['DTW', 1]]);
    expect(await counts(engine)).toEqual([
      ['DTW', 1],
      ['a'.repeat(199), 2],
      ['c:\\ud83d', 1],
      ['\ufffdx', 1],
    ]);
  });
});

function setKey(relational: Relational, broken: string | undefined, key: string | undefined) {
  return relational.query('UPDATE stream.window_group SET key = $1::json WHERE key::text = $2', [
    broken,
    key,
  ]);
}
