import { Readable } from 'node:stream';
import { createMetrics } from '@tributary/runtime';
import { type StreamDoorRequest, type StreamDoorResponse, serveSubgraph } from '@tributary/subgraph-kit';
import { expect, test } from 'vitest';
import { remoteStreamDoor } from '../src/execution/remote-stream-door.ts';

const prefixes = ['/bytes'];

/** A subgraph whose door answers without end. */
function endless(): Promise<StreamDoorResponse> {
  const body = new Readable({ read: () => void body.push(Buffer.alloc(65_536)) });
  return Promise.resolve({ status: 200, headers: {}, body });
}

function asked(signal = new AbortController().signal): StreamDoorRequest {
  return {
    ...{ method: 'GET', path: '/bytes/endless', query: '', headers: {}, body: Readable.from([]) },
    ...{ assertion: 'none', requestId: 'test', signal },
  };
}

test('whoever finds every connection held by slow readers is told so in time, and served when one of them has gone', async () => {
  await using served = await serveSubgraph(
    {
      name: 'bytes',
      sdl: '',
      execute: () => Promise.resolve({}),
      ready: () => Promise.resolve(),
      streamDoor: { prefixes, bodyLimitBytes: 1_024, handle: endless },
    },
    { port: 0, host: '127.0.0.1', metrics: createMetrics() },
  );
  await using door = remoteStreamDoor({
    ...{ name: 'bytes', url: served.url, prefixes, connections: 2, waitMs: 100 },
  });
  const [first, second] = [await door.handle(asked()), await door.handle(asked())];
  await expect(door.handle(asked())).rejects.toMatchObject({ code: 'OVERLOADED', retryable: true });
  const leaving = new AbortController();
  const left = door.handle(asked(leaving.signal));
  leaving.abort();
  await expect(left).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
  (first.body as Readable).destroy();
  const next = await door.handle(asked());
  expect(next.status).toBe(200);
  for (const { body } of [second, next]) (body as Readable).destroy();
});
