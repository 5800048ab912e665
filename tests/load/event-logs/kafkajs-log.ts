import type { LogEvent } from '@tributary/engines/event-log';
import { newId } from '@tributary/runtime';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import type { MeasuredLog } from './adapter-log.ts';

/** The driver alone, with what our log has too: acknowledged by all copies, idempotent, partitioned by key, each event JSON. */
export async function kafkajsLog(url: string, partitions: number): Promise<MeasuredLog> {
  const kafka = new Kafka({ brokers: [new URL(url).host], logLevel: logLevel.NOTHING });
  const topic = `load.${newId()}`;
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: partitions }] });
  await admin.disconnect();
  const producer = kafka.producer({ idempotent: true, createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  return {
    append: async (events) => {
      const messages = events.map((event) => ({ key: event.partitionkey, value: JSON.stringify(event) }));
      await producer.send({ topic, acks: -1, messages });
    },
    read: async (onIds) => {
      const consumer = kafka.consumer({ groupId: topic, maxWaitTimeInMs: 500 });
      await consumer.connect();
      await consumer.subscribe({ topics: [topic], fromBeginning: false });
      const joined = new Promise((resolve) => consumer.on(consumer.events.FETCH, resolve));
      await consumer.run({
        eachBatch: async ({ batch }) =>
          onIds(batch.messages.map(({ value }) => (JSON.parse(String(value)) as LogEvent).id)),
      });
      // It stands at the end when it has asked once.
      await joined;
      return { [Symbol.asyncDispose]: () => consumer.disconnect() };
    },
    [Symbol.asyncDispose]: () => producer.disconnect(),
  };
}
