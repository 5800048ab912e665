import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { createLogger } from '@tributary/runtime';
import { expect, test } from 'vitest';
import { parseKafkaUrl } from './address.ts';
import { openDriver } from './driver.ts';
import { isLeaderless } from './faults.ts';
import { KafkaLink } from './link.ts';
import { startMetadataBroker } from './metadata-broker.fixture.ts';

const silent = createLogger({ name: 'test', level: 'silent' });
const [leaderNotAvailable, notAllowed] = [5, 29];

async function openLink(url: string): Promise<KafkaLink> {
  const address = parseKafkaUrl(url, 'EVENT_LOG_URL');
  return new KafkaLink(await openDriver(address, silent), address);
}

test('while a partition has no leader all others are found, and that one as soon as it has', async () => {
  const topics = new Map([
    ['a', [0, leaderNotAvailable]],
    ['b', [0]],
  ]);
  await using broker = await startMetadataBroker(topics);
  await using link = await openLink(broker.url);
  expect(await Promise.all([link.leaderOf('a', 0), link.leaderOf('b', 0)])).toEqual(['1', '1']);
  expect(await link.leaderOf('a', 1).catch(isLeaderless)).toBe(true);
  expect(await link.offsetsOf('a', [0, 1], { fromBeginning: true }).catch(isLeaderless)).toBe(true);
  await link.ping();
  topics.set('a', [0, 0]);
  await expect.poll(() => link.leaderOf('a', 1).catch(isLeaderless), { timeout: 5_000 }).toBe('1');
});

test('what a partition is refused for otherwise stays refused', async () => {
  await using broker = await startMetadataBroker(new Map([['a', [0, notAllowed]]]));
  await using link = await openLink(broker.url);
  await expect(link.leaderOf('a', 0)).rejects.toThrow(/Not authorized/i);
});

test('the partitions of a topic of another id are counted anew, and of no other', async () => {
  const topics = new Map([['a', [0, 0]]]);
  await using broker = await startMetadataBroker(topics);
  await using link = await openLink(broker.url);
  link.learnIds(new Map([['a', '1']]));
  expect(await link.partitionsOf('a')).toBe(2);
  topics.set('a', [0, 0, 0, 0]);
  link.learnIds(new Map([['a', '1']]));
  await link.ping();
  expect(await link.partitionsOf('a')).toBe(2);
  link.learnIds(new Map([['a', '2']]));
  expect(await link.partitionsOf('a')).toBe(4);
});

test('a topic that has fewer partitions than before is counted anew when one of the others is looked for', async () => {
  const topics = new Map([['a', [0, 0, 0, 0]]]);
  await using broker = await startMetadataBroker(topics);
  await using link = await openLink(broker.url);
  expect(await link.leaderOf('a', 3)).toBe('1');
  topics.set('a', [0, 0]);
  await link.ping();
  expect(await link.leaderOf('a', 3).catch(isLeaderless)).toBe(true);
  expect(await link.partitionsOf('a')).toBe(2);
});

test('what any broker can answer is asked of the next one while the first cannot be reached', async () => {
  const away = createServer();
  await once(away.listen(0, '127.0.0.1'), 'listening');
  const { port } = away.address() as AddressInfo;
  await once(away.close(), 'close');
  await using broker = await startMetadataBroker(new Map([['a', [0]]]), [port]);
  await using link = await openLink(broker.url);
  let asked = 0;
  const ask = async () => {
    asked += 1;
    return 'answered';
  };
  expect(await link.onAnyNode(ask)).toBe('answered');
  // What a broker refuses, the others would refuse as well.
  const refused = new Error('refused');
  await expect(link.onAnyNode(() => Promise.reject(refused))).rejects.toBe(refused);
  expect(asked).toBe(1);
});
