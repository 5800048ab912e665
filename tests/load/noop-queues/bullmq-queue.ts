import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { jobsAtOnce, type NoopQueue } from './noop-queue.ts';

/** BullMQ with its defaults, on a Redis that syncs its file each second; a job that is done is removed, as in the others. */
export async function bullmqQueue(url: string): Promise<NoopQueue> {
  // BullMQ asks for the last option: its blocking reads wait for as long as it takes.
  const connect = (): Redis => new Redis(url, { maxRetriesPerRequest: null });
  const [queueConnection, workerConnection] = [connect(), connect()];
  const queue = new Queue('noop', { connection: queueConnection });
  await queue.waitUntilReady();
  let worker: Worker | undefined;
  const options = { removeOnComplete: true };
  return {
    enqueueMany: async (count) =>
      void (await queue.addBulk(
        Array.from({ length: count }, () => ({ name: 'noop', data: {}, opts: options })),
      )),
    enqueueOne: async () => void (await queue.add('noop', {}, options)),
    work: async (onJob) => {
      worker = new Worker('noop', async () => onJob(), {
        connection: workerConnection,
        concurrency: jobsAtOnce,
      });
      await worker.waitUntilReady();
    },
    [Symbol.asyncDispose]: async () => {
      await worker?.close();
      await queue.close();
      for (const connection of [queueConnection, workerConnection]) connection.disconnect();
    },
  };
}
