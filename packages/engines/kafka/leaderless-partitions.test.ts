import { createRequire } from 'node:module';
import type { Cluster } from 'kafkajs';
import { expect, test } from 'vitest';
import { knowingLeaderless } from './leaderless-partitions.ts';

interface Partition {
  readonly partitionErrorCode: number;
  readonly partitionId: number;
  readonly leader: number;
}

/** What the driver itself makes of an answer, on one of its own connections. */
async function parsed(partitionMetadata: readonly Partition[], topicErrorCode = 0): Promise<unknown> {
  const { parse } = createRequire(import.meta.url)('kafkajs/src/protocol/requests/metadata/v6/response.js');
  const answer = { brokers: [], topicMetadata: [{ topic: 't', topicErrorCode, partitionMetadata }] };
  const send = async ({ response }: { response: { parse(data: unknown): unknown } }) =>
    response.parse(answer);
  const cluster = knowingLeaderless({
    connectionPoolBuilder: { build: async () => ({ send }) },
  } as unknown as Cluster) as unknown as {
    connectionPoolBuilder: { build(): Promise<{ send: typeof send }> };
  };
  const pool = await cluster.connectionPoolBuilder.build();
  return pool.send({ request: { apiKey: 3 }, response: { parse } } as never);
}

const led = { partitionErrorCode: 0, partitionId: 0, leader: 1 };

test('an answer that tells of a partition without a leader tells of the others', async () => {
  const without = { partitionErrorCode: 5, partitionId: 1, leader: -1 };
  expect(await parsed([led, without])).toMatchObject({
    topicMetadata: [{ partitionMetadata: [led, { partitionId: 1, leader: -1 }] }],
  });
});

test('what is refused for other reasons stays refused', async () => {
  await expect(parsed([led], 3)).rejects.toMatchObject({ type: 'UNKNOWN_TOPIC_OR_PARTITION' });
  await expect(parsed([{ ...led, partitionErrorCode: 29 }])).rejects.toMatchObject({
    type: 'TOPIC_AUTHORIZATION_FAILED',
  });
});
