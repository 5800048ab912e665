import type { EventLog } from '@tributary/engines/event-log';
import { createCursorCodec, cursorIdentity } from '@tributary/engines/event-log/cursor';
import { createLogger, isErrorCode } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { LogHub } from '../../src/subscriptions/log-hub.ts';
import { airportUpdated } from './airport-subgraph.ts';
import { ScriptedLog } from './scripted-log.ts';

const cursors = createCursorCodec('a secret only the tests know');
const logger = createLogger({ name: 'test', level: 'silent' });

async function hubOver(log: ScriptedLog): Promise<LogHub> {
  const hub = new LogHub({
    log: log as unknown as EventLog,
    cursors,
    logger,
    recent: { records: 10, bytes: 10_000 },
    pageSize: 10,
  });
  await hub.follow([log.topic]);
  return hub;
}

async function codeOf(answer: Promise<unknown>): Promise<string> {
  const error = await answer.then(
    () => undefined,
    (reason: { code?: unknown }) => reason,
  );
  return isErrorCode(error?.code) ? error.code : 'none';
}

test('a cursor from before the retained range is CURSOR_EXPIRED', async () => {
  const log = new ScriptedLog('data.record', 2, () => 0.5);
  for (let index = 0; index < 5; index += 1) log.add(0, airportUpdated('a1', `${index}`));
  await using hub = await hubOver(log);
  log.beginnings[0] = 3;
  expect(await codeOf(hub.positionOf('data.record', cursors.encode({ 'data.record': [2, 0] })))).toBe(
    'CURSOR_EXPIRED',
  );
  expect(await codeOf(hub.positionOf('data.record', cursors.encode({ 'data.record': [3, 0] })))).toBe('none');
});

test('a cursor of another topic, of another layout, or from beyond the end of the log is CURSOR_INVALID', async () => {
  await using hub = await hubOver(new ScriptedLog('data.record', 2, () => 0.5));
  for (const position of [
    { 'data.room': [0, 0] },
    { 'data.record': [0] },
    { 'data.record': [0, 0, 0] },
    { 'data.record': [0, 9] },
  ]) {
    expect(await codeOf(hub.positionOf('data.record', cursors.encode(position)))).toBe('CURSOR_INVALID');
  }
});

test('a cursor from before partitions were added to its topic goes on with all that is in them', async () => {
  const log = new ScriptedLog('data.record', 3, () => 0.5);
  await using hub = await hubOver(log);
  const identity = await cursorIdentity(log as unknown as EventLog, log.topic);
  const before = cursors.encode({ [log.topic]: [0] }, { [log.topic]: identity });
  expect(await hub.positionOf(log.topic, before)).toEqual([0, 0, 0]);
});

test('a topic is followed once, however often it is asked for', async () => {
  let tails = 0;
  class CountedLog extends ScriptedLog {
    override async tail(...options: Parameters<ScriptedLog['tail']>) {
      tails += 1;
      return super.tail(...options);
    }
  }
  await using hub = await hubOver(new CountedLog('data.record', 1, () => 0.5));
  await Promise.all([hub.follow(['data.record']), hub.follow(['data.record'])]);
  expect(tails).toBe(1);
});

test('who listens goes on in a topic that was made anew, and who waits for what was in the other one is refused', async () => {
  const log = new ScriptedLog('data.record', 1, () => 0.5);
  for (let index = 0; index < 5; index += 1) log.add(0, airportUpdated('a1', `${index}`));
  await using hub = await hubOver(log);
  const heard: number[] = [];
  const interest = {
    workspaceId: 'ws-1',
    types: new Set(['data.record.updated']),
    subject: { kind: 'exact' as const, text: 'Airport/a1' },
  };
  using _listening = hub.listen(log.topic, interest, ({ record }) => void heard.push(record.offset));
  log.add(0, airportUpdated('a1', '5'));
  await eventually(() => expect(heard).toEqual([5]));
  const waiting = codeOf(hub.advanced(log.topic, [6]));
  // Asked at the end of the turn: of the topic as it is.
  await new Promise((resolve) => setImmediate(resolve));
  log.makeAnew();
  log.add(0, airportUpdated('a1', '6'));
  log.add(0, airportUpdated('a1', '7'));
  await eventually(() => expect(heard).toEqual([5, 0, 1]));
  expect(hub.position(log.topic)).toEqual([2]);
  expect(hub.recentAfter(log.topic, [1])?.records.map(({ offset }) => offset)).toEqual([1]);
  expect(await waiting).toBe('none');
  expect(await codeOf(hub.advanced(log.topic, [6]))).toBe('CURSOR_INVALID');
});

test('where a topic ends is asked once for all who wait in a turn, and anew for who comes later', async () => {
  let asked = 0;
  class CountedLog extends ScriptedLog {
    override async end() {
      asked += 1;
      return super.end();
    }
  }
  const log = new CountedLog('data.record', 1, () => 0.5);
  log.add(0, airportUpdated('a1', '0'));
  await using hub = await hubOver(log);
  await Promise.all(Array.from({ length: 50 }, () => codeOf(hub.advanced(log.topic, [9]))));
  expect(asked).toBe(1);
  expect(await codeOf(hub.advanced(log.topic, [9]))).toBe('CURSOR_INVALID');
  expect(asked).toBe(2);
});

test('a cursor of a topic that was made anew is refused also when the new one is longer', async () => {
  const log = new ScriptedLog('data.record', 1, () => 0.5);
  for (let index = 0; index < 3; index += 1) log.add(0, airportUpdated('a1', `${index}`));
  await using hub = await hubOver(log);
  const before = hub.cursorAt(log.topic, [2]);
  expect(await hub.positionOf(log.topic, before)).toEqual([2]);
  log.makeAnew();
  for (let index = 0; index < 5; index += 1) log.add(0, airportUpdated('a1', `${index}`));
  await eventually(() => expect(hub.position(log.topic)).toEqual([5]));
  expect(await codeOf(hub.positionOf(log.topic, before))).toBe('CURSOR_INVALID');
  expect(await hub.positionOf(log.topic, hub.cursorAt(log.topic, [2]))).toEqual([2]);
  // Of a version before: nobody knows.
  expect(await hub.positionOf(log.topic, cursors.encode({ [log.topic]: [2] }))).toEqual([2]);
});

test('a cursor of the new topic, from a replica that follows it already, is for a later try', async () => {
  const log = new ScriptedLog('data.record', 1, () => 0.5);
  await using hub = await hubOver(log);
  await using ahead = await (async () => {
    log.makeAnew();
    return hubOver(log);
  })();
  const cursor = ahead.cursorAt(log.topic, [0]);
  expect(await codeOf(hub.positionOf(log.topic, cursor))).toBe('ENGINE_UNAVAILABLE');
  await eventually(async () => expect(await hub.positionOf(log.topic, cursor)).toEqual([0]));
});
