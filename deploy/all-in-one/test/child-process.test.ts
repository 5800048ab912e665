import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { startChild } from '../src/child-process.ts';

const readyUrl = 'http://127.0.0.1:1/health/ready';

test('a part that is killed while it starts is not waited for', async () => {
  const starting = startChild({
    name: 'part',
    entry: 'deploy/all-in-one/test/killed-child.fixture.mjs',
    env: {},
    readyUrl,
  });
  await expect(starting).rejects.toMatchObject({
    code: 'SUBGRAPH_UNAVAILABLE',
    message: expect.stringContaining('ended while it started (SIGKILL)'),
  });
});

/** Accepts and does not answer. */
async function silentServer(): Promise<{ readonly url: string; readonly asked: () => Promise<unknown> }> {
  const server = createServer((socket) => {
    onTestFinished(() => void socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/health/ready`, asked: () => once(server, 'connection') };
}

const silentPart = { name: 'part', entry: 'deploy/all-in-one/test/silent-child.fixture.mjs', env: {} };

/** A start that is given up when its part has been asked so often. */
async function givenUpAfter(asks: number): Promise<void> {
  const server = await silentServer();
  const giveUp = new AbortController();
  const first = server.asked();
  const starting = startChild({ ...silentPart, readyUrl: server.url, signal: giveUp.signal });
  const outcome = expect(starting).rejects.toThrow('no longer wanted');
  await first;
  for (let more = 1; more < asks; more += 1) await server.asked();
  giveUp.abort(new Error('no longer wanted'));
  await outcome;
}

test(
  'a start that is given up ends at once, also where its part accepts and does not answer',
  () => givenUpAfter(1),
  10_000,
);

test('a part that accepts and does not answer is asked again', () => givenUpAfter(2), 10_000);

test('a process that the system does not start is a sentence, and ends nothing else', async () => {
  const { execPath } = process;
  onTestFinished(() => {
    process.execPath = execPath;
  });
  process.execPath = '/nowhere/node';
  await expect(startChild({ ...silentPart, readyUrl })).rejects.toMatchObject({
    code: 'SUBGRAPH_UNAVAILABLE',
    message: 'The process of part cannot be started (ENOENT).',
  });
});
