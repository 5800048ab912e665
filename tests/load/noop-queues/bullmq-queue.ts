import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Queue, Worker } from 'bullmq';
import type { NoopQueue } from './noop-queue.ts';

/** BullMQ on a Redis of its own; undefined where there is no redis-server to start. */
export async function bullmqQueue(port: number): Promise<NoopQueue | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-redis-'));
  const redis = await startRedis(port, folder);
  if (redis === undefined) return undefined;
  const connection = { host: '127.0.0.1', port };
  const queue = new Queue('noop', { connection });
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
      worker = new Worker('noop', async () => onJob(), { connection, concurrency: 100 });
      await worker.waitUntilReady();
    },
    [Symbol.asyncDispose]: async () => {
      await worker?.close();
      await queue.close();
      redis.kill('SIGTERM');
      await once(redis, 'exit');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function startRedis(port: number, folder: string): Promise<ChildProcess | undefined> {
  const redis = spawn('redis-server', ['--port', String(port), '--dir', folder, '--appendonly', 'yes'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const started = await new Promise<boolean>((resolve) => {
    redis.once('spawn', () => resolve(true));
    redis.once('error', () => resolve(false));
  });
  if (!started) {
    await rm(folder, { recursive: true, force: true });
    return undefined;
  }
  await new Promise<void>((resolve, reject) => {
    redis.stdout?.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('Ready to accept connections')) resolve();
    });
    redis.once('exit', () => reject(new Error('redis-server ended while it started')));
  });
  return redis;
}
