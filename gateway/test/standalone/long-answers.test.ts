import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '@tributary/test-kit';
import { expect, it, onTestFinished } from 'vitest';
import { openShop, supergraphOf } from './shop.ts';

const answerBytes = 10_000;

it('an answer that says that it is longer than it may be is not waited for, and not read', async () => {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 20_000 });
    response.write('{"data":');
  });
  onTestFinished(() => void server.close().closeAllConnections());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
  await using shop = await openShop({ timeoutMs: 600_000, answerBytes });
  await shop.gateway.replace(supergraphOf({ large: { sdl: 'type Query { text: String }', url } }));
  expect((await shop.ask('{ text }')).body).toMatchObject({
    data: { text: null },
    errors: [{ path: ['text'], extensions: { code: 'PAYLOAD_TOO_LARGE', subgraph: 'large' } }],
  });
});

it('an answer that was too long is not read again with every request, and its question is answered again soon after it is shorter', async () => {
  await using shop = await openShop({ answerBytes, headers: { forward: ['authorization'], set: {} } });
  const text = (length: number) => ({ status: 200, body: `{"data":{"whoami":"${'x'.repeat(length)}"}}` });
  shop.catalogue.answerWith = text(20_000);
  await eventually(async () => {
    await shop.ask('{ whoami }');
    const before = shop.catalogue.seen.length;
    const { body } = await shop.ask('{ whoami }');
    expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
    expect(shop.catalogue.seen.length).toBe(before);
  });
  const before = shop.catalogue.seen.length;
  // Somebody else may be told less.
  const headers = { authorization: 'another' };
  await shop.ask('{ whoami }', { headers });
  expect(shop.catalogue.seen.length).toBe(before + 1);
  shop.catalogue.answerWith = text(10);
  await eventually(async () =>
    expect((await shop.ask('{ whoami }')).body).toEqual({ data: { whoami: 'x'.repeat(10) } }),
  );
});
