import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { eventually } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { parseRedisUrl } from './address.ts';
import { codedRedisError } from './faults.ts';
import { openRedis } from './provisioned.fixture.ts';

/** As Redis up to 6.2 tells what a script was refused. */
const inScript = (reply: string): string =>
  `ERR Error running script (call to f_6a1b): @user_script:1: @user_script: 1: -${reply}\n`;
const ofReplica = "READONLY You can't write against a read only replica.";
const address = parseRedisUrl('redis://127.0.0.1:6379', 'KEY_VALUE_URL');

test.each([
  [ofReplica, 'ENGINE_UNAVAILABLE'],
  [
    'MISCONF Redis is configured to save RDB snapshots, but it is currently not able to persist on disk.',
    'ENGINE_UNAVAILABLE',
  ],
  ["OOM command not allowed when used memory > 'maxmemory'.", 'OVERLOADED'],
])('%s says the same from a script of Redis 6.2 as by itself', (reply, code) => {
  for (const said of [reply, inScript(reply)])
    expect(codedRedisError(new Error(said), address)).toMatchObject({ code });
});

test('a script that is wrong stays a fault of ours', () => {
  const wrong = new Error(inScript('WRONGTYPE Operation against a key holding the wrong kind of value'));
  expect(codedRedisError(wrong, address)).toBe(wrong);
});

/** A Redis 6.2 that was made a replica: it answers questions, and refuses what a script would write. */
async function demoted() {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket
      .on('error', () => undefined)
      .on('data', (chunk) => {
        for (const command of chunk
          .toString()
          .split(/^\*\d+\r\n/m)
          .slice(1))
          socket.write(answerTo(command));
      });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => sockets.size,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function answerTo(command: string): string {
  if (/\r\nreplication\r\n/.test(command)) return '$23\r\nrole:slave\r\nport:6379\r\n\r\n';
  if (/\r\neval/i.test(command)) return `-${inScript(ofReplica).trim()}\r\n`;
  const info = 'loading:0\r\nmaxmemory:0\r\nmaxmemory_policy:noeviction\r\n';
  return /\r\ninfo\r\n/i.test(command) ? `$${info.length}\r\n${info}\r\n` : '+OK\r\n';
}

test('a connection to what became a replica is renewed, also where only scripts are refused', async () => {
  await using server = await demoted();
  await using keyValue = await openRedis(server.url);
  const before = server.connections();
  await expect(keyValue.increment('n', 1)).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  await eventually(() => expect(server.connections()).toBeGreaterThan(before));
});

test('what became a replica is not there: it takes no writes', async () => {
  await using server = await demoted();
  await using keyValue = await openRedis(server.url);
  await expect(keyValue.ping()).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
});
