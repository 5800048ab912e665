import { expect, test } from 'vitest';
import type { KafkaBroker } from '../kafka/broker.ts';
import type { KafkaLink } from '../kafka/link.ts';
import { type Message, PartitionLane } from './kafka-lane.ts';
import { StoredIds } from './kafka-stored-ids.ts';

/** A broker that takes everything, and says when it has. */
function brokerThat(taken: () => void): KafkaLink {
  const broker = { produce: async () => taken() };
  const link = {
    address: { timeoutMs: 1_000, prefix: '' },
    onAnyNode: async () => ({ producerId: '1', producerEpoch: 0 }),
    onLeader: async (_: unknown, work: (broker: KafkaBroker) => unknown) => work(broker as never),
  };
  return link as unknown as KafkaLink;
}

function message(id: string): Message {
  return { id, key: 'k', value: Buffer.from('{}'), headers: {} };
}

test.each(Array.from({ length: 12 }, (_, n) => n))(
  'who appends while a batch ends, %i turns after the answer of the broker, is not forgotten',
  async (turns) => {
    let second: Promise<void> | undefined;
    const link = brokerThat(() => {
      if (second !== undefined) return;
      second = Promise.resolve();
      for (let turn = 0; turn < turns; turn += 1) second = second.then(() => undefined);
      second = second.then(() => lane.append([message('second')]));
    });
    const lane = new PartitionLane({ link, topic: 't', partition: 0, stored: new StoredIds(10) });
    await lane.append([message('first')]);
    const late = new Promise((resolve) => setImmediate(() => setImmediate(resolve, 'forgotten')));
    expect(await Promise.race([second?.then(() => 'stored'), late])).toBe('stored');
  },
);
