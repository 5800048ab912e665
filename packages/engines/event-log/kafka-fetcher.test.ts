import { expect, test } from 'vitest';
import type { KafkaBroker } from '../kafka/broker.ts';
import { isLeaderless, leaderless } from '../kafka/faults.ts';
import type { KafkaLink } from '../kafka/link.ts';
import { PlaceFetcher } from './kafka-fetcher.ts';
import type { Place } from './kafka-places.ts';

/** Brokers that lead all partitions but some, and have nothing to tell; and what they were asked for. */
function brokersBut(without: ReadonlySet<string>) {
  const asked: string[] = [];
  const broker = {
    fetch: async ({
      topics,
    }: {
      topics: readonly { topic: string; partitions: { partition: number }[] }[];
    }) => {
      for (const { topic, partitions } of topics)
        asked.push(...partitions.map(({ partition }) => `${topic}/${partition}`));
      return { responses: [] };
    },
  };
  const link = {
    address: { timeoutMs: 1_000, prefix: '' },
    leaderOf: async (topic: string, partition: number) => {
      if (without.has(`${topic}/${partition}`)) throw leaderless(topic, partition);
      return '1';
    },
    onNode: async (_: string, work: (broker: KafkaBroker) => unknown) => work(broker as never),
  };
  return { link: link as unknown as KafkaLink, asked };
}

function place(stored: string, partition: number): Place {
  return { topic: stored, stored, partition, offset: 0 };
}

test('partitions without a leader are told of, once at a time, and keep nobody from the others', async () => {
  const without = new Set(['a/0', 'a/1']);
  const { link, asked } = brokersBut(without);
  const places = [place('a', 0), place('a', 1), place('a', 2), place('b', 0)];
  const fetcher = new PlaceFetcher(link);
  const told: unknown[] = [];
  const next = () => fetcher.next(places, 1).catch((error: unknown) => void told.push(error));
  for (let round = 0; round < 5; round += 1) await next();
  expect(told.map(isLeaderless)).toEqual([true]);
  expect(new Set(asked)).toEqual(new Set(['a/2', 'b/0']));
  expect(fetcher.readsAll).toBe(false);
  without.clear();
  await expect.poll(async () => next().then(() => asked), { timeout: 5_000 }).toContain('a/0');
  await expect.poll(async () => next().then(() => fetcher.readsAll), { timeout: 5_000 }).toBe(true);
});

test('a partition that nobody asks for any more is not waited for', async () => {
  const { link } = brokersBut(new Set(['a/1']));
  const [kept, dropped] = [place('a', 0), place('a', 1)];
  const fetcher = new PlaceFetcher(link);
  await expect(fetcher.next([kept, dropped], 1)).rejects.toSatisfy(isLeaderless);
  expect(fetcher.readsAll).toBe(false);
  await fetcher.next([kept], 1);
  expect(fetcher.readsAll).toBe(true);
});
