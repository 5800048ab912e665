import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { newId } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventOf } from '../event-log/conformance-events.ts';
import type { LogEvent } from '../event-log/port.ts';
import { type OwnBroker, openLog, startBroker } from './broker.fixture.ts';

let broker: OwnBroker;

beforeAll(async () => {
  broker = await startBroker();
}, 120_000);
afterAll(() => broker[Symbol.asyncDispose]());

/** The way to the broker, as wide as it says; while `cuts` has numbers, each connection is cut after so many bytes of what the broker answers. */
async function openWay(
  cuts: number[],
  bytesPerSecond = Number.POSITIVE_INFINITY,
): Promise<AsyncDisposable & { cut(): void }> {
  const open = new Set<() => void>();
  const server = createServer((near) => {
    const far = connect({ host: '127.0.0.1', port: broker.way.to });
    const end = (): void => {
      near.destroy();
      far.destroy();
    };
    open.add(end);
    near.on('close', () => open.delete(end));
    for (const socket of [near, far]) socket.on('error', end).on('close', end);
    near.pipe(far);
    let left = cuts.shift() ?? Number.POSITIVE_INFINITY;
    far.on('data', (chunk) => {
      if (chunk.length < left) near.write(chunk);
      else near.write(chunk.subarray(0, left), end);
      left -= chunk.length;
      if (Number.isFinite(bytesPerSecond)) {
        far.pause();
        setTimeout(() => far.resume(), (chunk.length / bytesPerSecond) * 1_000);
      }
      if (left <= 0) far.pause();
    });
  }).listen(broker.way.from, '127.0.0.1');
  await once(server, 'listening');
  const cut = (): void => {
    for (const end of open) end();
  };
  return {
    cut,
    [Symbol.asyncDispose]: async () => {
      cut();
      server.close();
    },
  };
}

test('a connection that is cut within an answer loses nothing but that answer, wherever it is cut', async () => {
  const topic = `cut.${newId()}`;
  const cuts: number[] = [];
  await using way = await openWay(cuts);
  await using direct = await openLog(broker.url);
  await direct.declareTopics([{ name: topic, partitions: 1, retentionMs: 3_600_000 }]);
  const told = Array.from({ length: 50 }, (_, n) => eventOf('Thing/1', { n }));
  await direct.append(topic, told);
  await using log = await openLog(`kafka://127.0.0.1:${broker.way.from}/?timeoutMs=1000`);
  const read = async (): Promise<readonly LogEvent[]> => {
    const records = await log.read({ topic, partition: 0, fromOffset: 0, limit: 100 });
    return records.map(({ event }) => event);
  };
  expect(await read()).toEqual(told);
  cuts.push(...Array.from({ length: 60 }, (_, n) => 5 + n * 9));
  way.cut();
  while (cuts.length > 0) await Promise.allSettled([log.ping(), log.end(topic), read()]);
  way.cut();
  expect(await eventually(read)).toEqual(told);
}, 200_000);

test('a reader that is behind gets on where the way is so narrow that a large answer does not come in time', async () => {
  const topic = `narrow.${newId()}`;
  await using _way = await openWay([], 300_000);
  await using direct = await openLog(broker.url);
  await direct.declareTopics([{ name: topic, partitions: 1, retentionMs: 3_600_000 }]);
  const told = Array.from({ length: 300 }, (_, n) => eventOf('Thing/1', { n, text: 'x'.repeat(5_000) }));
  for (let at = 0; at < told.length; at += 10) await direct.append(topic, told.slice(at, at + 10));
  await using log = await openLog(`kafka://127.0.0.1:${broker.way.from}/?timeoutMs=1000`);
  const seen: LogEvent[] = [];
  await using _tail = await log.tail({
    topics: [topic],
    from: { [topic]: [0] },
    onRecords: (records) => void seen.push(...records.map(({ event }) => event)),
  });
  await eventually(() => expect(seen.length).toBe(told.length), { timeoutMs: 60_000 });
  expect(seen).toEqual(told);
}, 200_000);
