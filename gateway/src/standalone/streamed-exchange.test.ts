import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { connectionsTo } from './connections.ts';
import { streamedExchange } from './streamed-exchange.ts';

const post = { path: '/events', headers: ['content-type', 'application/json'], body: '{}' };

async function answering(answer: (response: ServerResponse) => void) {
  const server = createServer((_request, response) => answer(response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const connections = connectionsTo(origin, { connections: 1, answerBytes: 1_024, h2: false });
  return {
    connections,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await connections.close();
    },
  };
}

it('an answer is read as it comes, and its connection serves the next one', async () => {
  await using server = await answering((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('first');
    setImmediate(() => response.end(' last'));
  });
  for (let time = 0; time < 2; time += 1) {
    const gone = new AbortController();
    const { statusCode, headers, body } = await streamedExchange(server.connections, post, gone.signal);
    expect([statusCode, headers['content-type']]).toEqual([200, 'text/event-stream']);
    const text: string[] = [];
    for await (const piece of body) text.push(String(piece));
    expect(text.join('')).toBe('first last');
    gone.abort();
  }
});

it('one that is given up, or read no further, is ended for its server as well', async () => {
  let ended: Promise<unknown> | undefined;
  await using server = await answering((response) => {
    ended = once(response, 'close');
    response.writeHead(200).write('first');
  });
  const gone = new AbortController();
  const { body } = await streamedExchange(server.connections, post, gone.signal);
  const read = expect(body.toArray()).rejects.toThrow('left');
  gone.abort(new Error('left'));
  await read;
  await ended;
  const second = await streamedExchange(server.connections, post, new AbortController().signal);
  second.body.destroy();
  await ended;
});

it('one that does not begin is refused with why', async () => {
  await using server = await answering(() => undefined);
  const gone = new AbortController();
  const refused = expect(streamedExchange(server.connections, post, gone.signal)).rejects.toThrow('too late');
  gone.abort(new Error('too late'));
  await refused;
});
