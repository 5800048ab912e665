import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { gatewayProcess } from './gateway-process.ts';
import { catalogue, catalogueSdl, supergraphOf } from './shop.ts';

const sdl = 'type Query { text: String }';
const chunkOf = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;
/** Of a gateway that dies of what takes hundreds of megabytes. */
const heapMb = 192;

/** Writes all of it, as fast as it is taken. */
async function written(socket: Socket, piece: string, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) if (!socket.write(piece)) await once(socket, 'drain');
}

interface Answering extends AsyncDisposable {
  readonly url: string;
}

/** A subgraph whose one answer comes byte by byte. */
async function subgraphOfBytes(answerBytes: number): Promise<Answering> {
  const server = createServer((request, response) => {
    request.resume();
    response.setHeader('content-type', 'application/json');
    response.flushHeaders();
    const { socket } = request;
    socket.write(chunkOf('{"data":{"text":"'));
    void written(socket, chunkOf('x').repeat(10_000), answerBytes / 10_000).then(() =>
      socket.write(`${chunkOf('"}}')}0\r\n\r\n`),
    );
  });
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1' }, resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

it('bodies that come byte by byte do not fill the memory', async () => {
  await using shop = await catalogue();
  const supergraphSdl = supergraphOf({ catalogue: { sdl: catalogueSdl, url: shop.url } });
  await using gateway = await gatewayProcess({ supergraphSdl, heapMb });
  const { port, hostname } = new URL(gateway.url);
  const body = JSON.stringify({ query: '{ products { name } }' });
  const answers = Array.from({ length: 2 }, async () => {
    const socket = connect(Number(port), hostname);
    const answered = once(socket, 'data') as Promise<[Buffer]>;
    socket.write('POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n');
    socket.write('Transfer-Encoding: chunked\r\n\r\n');
    await written(socket, chunkOf(' ').repeat(10_000), 100);
    socket.write(`${chunkOf(body)}0\r\n\r\n`);
    const [answer] = await answered;
    socket.destroy();
    return answer.toString();
  });
  for (const answer of await Promise.all(answers)) expect(answer).toContain('{"data":{"products":[');
});

it('answers of subgraphs that come byte by byte do not fill the memory', async () => {
  const answerBytes = 6_000_000;
  await using subgraph = await subgraphOfBytes(answerBytes);
  const supergraphSdl = supergraphOf({ only: { sdl, url: subgraph.url } });
  await using gateway = await gatewayProcess({ supergraphSdl, heapMb });
  expect(await gateway.ask('{ text }')).toEqual({ data: { text: 'x'.repeat(answerBytes) } });
});
