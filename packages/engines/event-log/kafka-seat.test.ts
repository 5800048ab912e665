import { createLogger } from '@tributary/runtime';
import { expect, test } from 'vitest';
import type { KafkaBroker } from '../kafka/broker.ts';
import type { KafkaLink } from '../kafka/link.ts';
import { KafkaSeat } from './kafka-seat.ts';

/** Brokers with two topics, of which one has records, and a group that stands where it is said. */
function seatOf(standing: string): { readonly seat: KafkaSeat; readonly told: unknown[] } {
  const told: unknown[] = [];
  const broker = {
    versions: {},
    offsetFetch: async ({ topics }: { topics: readonly { topic: string }[] }) => ({
      responses: topics.map(({ topic }) => ({ topic, partitions: [{ partition: 0, offset: standing }] })),
    }),
    offsetCommit: async () => undefined,
  };
  const ask = async (_: unknown, work: (broker: KafkaBroker) => unknown) => work(broker as never);
  const link = {
    partitionsOf: async () => 1,
    offsetsOf: async (topic: string, _: unknown, { fromBeginning }: { fromBeginning: boolean }) =>
      new Map([[0, topic === 'empty' ? 0 : fromBeginning ? 5 : 12]]),
    onAnyNode: (work: (broker: KafkaBroker) => unknown) => ask(undefined, work),
    onCoordinator: ask,
    learnIds: () => undefined,
  } as unknown as KafkaLink;
  const log = createLogger({ name: 'test', level: 'silent' });
  Object.assign(log, { info: (fields: object) => told.push(fields) });
  const topics = ['full', 'empty'].map((topic) => ({ topic, stored: topic }));
  return { seat: new KafkaSeat({ link, log, group: 'g', topics }), told };
}

test('a group without a position says how many records it begins with, by topic', async () => {
  const forgotten = seatOf('-1');
  await forgotten.seat.fixStart();
  expect(forgotten.told).toEqual([{ group: 'g', records: { full: 7 } }]);
  const known = seatOf('7');
  await known.seat.fixStart();
  expect(known.told).toEqual([]);
});
