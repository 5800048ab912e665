import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { RedisPubSub } from '../pubsub/redis.ts';
import { parseRedisUrl } from './address.ts';
import { administrator, openRedis } from './provisioned.fixture.ts';

/** A node of a cluster that has half of its keys, by the program of the Redis of this run. */
async function openNode() {
  await using admin = administrator();
  const program = /^executable:(.+)$/m.exec(await admin.info('server'))?.[1]?.trim() ?? 'unknown';
  const folder = await mkdtemp(join(tmpdir(), 'tributary-redis-'));
  // Nodes speak to each other 10,000 ports further.
  const [port = 0, busPort = 0] = await freePorts(2);
  const options = {
    bind: '127.0.0.1',
    port,
    dir: folder,
    save: '',
    'cluster-enabled': 'yes',
    'cluster-port': busPort,
  };
  const child = spawn(
    program,
    Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]),
    {
      stdio: 'ignore',
    },
  );
  await once(child, 'spawn');
  const client = new Redis({ port, lazyConnect: true, retryStrategy: () => 50 });
  client.on('error', () => undefined);
  await eventually(() => client.cluster('ADDSLOTSRANGE', 0, 8191));
  client.disconnect();
  return {
    url: `redis://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

test('a node of a Redis Cluster is refused at the opening, by a sentence that says what is taken', async () => {
  await using node = await openNode();
  await expect(openRedis(node.url)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(/^KEY_VALUE_URL names a node of a Redis Cluster at 127.+: one primary/),
    details: { setting: 'KEY_VALUE_URL' },
  });
});

test('messages go over a node of a Redis Cluster as they do over any Redis', async () => {
  await using node = await openNode();
  await using pubSub = await RedisPubSub.open(parseRedisUrl(node.url, 'PUBSUB_URL'), undefined);
  const heard: string[] = [];
  await using _listening = await pubSub.subscribe('room', (text) => void heard.push(text));
  await pubSub.publish('room', 'hello');
  await eventually(() => expect(heard).toEqual(['hello']));
});
