import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, codeOf, startGateway, type TestGateway } from './graph/start-gateway.ts';
import { openShop, type Shop } from './standalone/shop.ts';
import { rawSocket } from './subscriptions/raw-socket.ts';

let product: TestGateway;
let shop: Shop;
beforeAll(async () => {
  product = await startGateway();
  shop = await openShop();
});
afterAll(async () => {
  await product[Symbol.asyncDispose]();
  await shop[Symbol.asyncDispose]();
});
const urls = { 'the product': () => product.url, 'the gateway alone': () => shop.url };

describe.each(Object.entries(urls))(
  '%s refuses what gives a key twice, of which nobody knows what was meant:',
  (_name, urlOf) => {
    it.each([
      ['/query', '{"query":"{ __typename }","query":"{ a: __typename }"}'],
      ['/variables', '{"query":"{ __typename }","variables":{"a":1},"variables":{}}'],
      ['/variables/a/0/b', '{"query":"{ __typename }","variables":{"a":[{"b":1,"\\u0062":2}]}}'],
    ])('%s of a body', async (pointer, body) => {
      const answer = await ask(urlOf(), body);
      expect([answer.status, codeOf(answer)]).toEqual([400, 'BAD_USER_INPUT']);
      expect(answer.text).toContain(`gives the field at ${pointer} twice`);
    });

    it('variables in a URL', async () => {
      const search = new URLSearchParams({ query: '{ __typename }', variables: '{"a":1,"a":2}' });
      const response = await fetch(`${urlOf()}/graphql?${search}`, {
        headers: { accept: 'application/json' },
      });
      expect([response.status, await response.text()]).toEqual([
        400,
        expect.stringContaining('field at /a twice'),
      ]);
      const twice = await fetch(`${urlOf()}/graphql?query={__typename}&query={a:__typename}`, {
        headers: { accept: 'application/json' },
      });
      expect(twice.status).toBe(400);
    });

    it('an operation on a socket, and who asks', async () => {
      const url = `${urlOf().replace('http', 'ws')}/graphql`;
      await using socket = await rawSocket(url);
      await socket.init();
      socket.ws.send(
        '{"type":"subscribe","id":"1","payload":{"query":"{ __typename }","query":"{ a: __typename }"}}',
      );
      expect(await socket.message('error', '1')).toMatchObject({
        payload: [
          { message: expect.stringContaining('/payload/query'), extensions: { code: 'BAD_USER_INPUT' } },
        ],
      });
      await using other = await rawSocket(url);
      other.ws.send(
        '{"type":"connection_init","payload":{"authorization":"Bearer a","authorization":"Bearer b"}}',
      );
      expect((await other.closed()).code).toBe(4400);
    });

    it.each([
      '{"query":"{ __typename }","variables":{"a":"\\"b\\":1, \\"b\\" : 2"}}',
      '{ "query" : "{ __typename }" , "variables" : { "a" : { "b" : 1 } , "b" : [ { "b" : 2 } ] } }',
    ])('and takes what only looks so: %s', async (body) => {
      expect((await ask(urlOf(), body)).body).toEqual({ data: { __typename: 'Query' } });
    });
  },
);
