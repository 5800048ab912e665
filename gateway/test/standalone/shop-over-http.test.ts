import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { eventually } from '@tributary/test-kit';
import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openShop, type Shop } from './shop.ts';

let shop: Shop;

beforeAll(async () => {
  shop = await openShop({
    headers: { forward: ['authorization', 'x-tenant'], set: { 'x-from': 'gateway' } },
  });
});
afterAll(() => shop[Symbol.asyncDispose]());
beforeEach(() => {
  shop.catalogue.seen.length = 0;
  shop.catalogue.answerWith = undefined;
  shop.stock.answerWith = undefined;
});

describe('a stand-alone gateway', () => {
  it('keeps idle connections for longer than proxies do, or as long as it is told', async () => {
    await using other = await openShop({ keepAliveMs: 90_000 });
    for (const [url, kept] of [
      [shop.url, 'timeout=72'],
      [other.url, 'timeout=90'],
    ] as const) {
      const agent = new Agent({ keepAlive: true });
      const [response] = (await once(get(`${url}/health/live`, { agent }), 'response')) as [IncomingMessage];
      expect(response.headers['keep-alive']).toBe(kept);
      response.resume();
      await once(response, 'end');
      agent.destroy();
    }
  });

  it('passes all 61 public checks of the GraphQL over HTTP specification', async () => {
    const audits = serverAudits({ url: `${shop.url}/graphql` });
    expect(audits).toHaveLength(61);
    const failed: string[] = [];
    for (const audit of audits) {
      const result = await audit.fn();
      if (result.status !== 'ok') failed.push(`${audit.id} ${audit.name}: ${result.status}`);
    }
    expect(failed).toEqual([]);
  });

  it('joins what several subgraphs know of one thing', async () => {
    const { body } = await shop.ask('{ products { name inStock shipping } }');
    expect(body).toEqual({
      data: {
        products: [
          { name: 'Table', inStock: true, shipping: 10 },
          { name: 'Couch', inStock: false, shipping: 100 },
        ],
      },
    });
  });

  it('hands on the fields of a request that are named, adds those that are set, and no others', async () => {
    const headers = { authorization: 'Bearer a', 'x-tenant': 't1', 'x-secret': 's', cookie: 'c=1' };
    await shop.ask('{ products { name } }', { headers });
    // Nothing else is read: without a word of it a server may choose any.
    expect(shop.catalogue.seen[0]).toMatchObject({ 'accept-encoding': 'identity' });
    const [seen] = shop.catalogue.seen;
    expect(seen).toMatchObject({ authorization: 'Bearer a', 'x-tenant': 't1', 'x-from': 'gateway' });
    expect(seen).not.toHaveProperty('x-secret');
    expect(seen).not.toHaveProperty('cookie');
  });

  it('shares one execution among equal questions of one moment, and never among people', async () => {
    const ask = (who: string) => shop.ask('{ whoami }', { headers: { authorization: who } });
    const letGo = shop.catalogue.hold();
    const asked = Array.from({ length: 40 }, (_, at) => ask(at % 2 === 0 ? 'a' : 'b'));
    // Two executions a question at most are on their way: the first, and one for all who came while it ran.
    await eventually(() => expect(shop.gateway.underWay).toBe(40));
    letGo();
    for (const [at, { body }] of (await Promise.all(asked)).entries())
      expect(body.data).toEqual({ whoami: at % 2 === 0 ? 'a' : 'b' });
    expect(shop.catalogue.seen.length).toBeLessThan(40);
  });

  it('shares nothing between questions that differ in a variable, in the operation, or in a header that subgraphs see', async () => {
    const query = `query A($upc: ID!) { product(upc: $upc) { name } } query B($upc: ID!) { product(upc: $upc) { upc name } }`;
    const send = (operationName: string, upc: string, tenant: string): Promise<string> =>
      fetch(`${shop.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-tenant': tenant },
        body: JSON.stringify({ query, operationName, variables: { upc } }),
      }).then((response) => response.text());
    const letGo = shop.catalogue.hold();
    const kinds = [
      ['A', '1', 't1'],
      ['A', '2', 't1'],
      ['B', '1', 't1'],
      ['A', '1', 't2'],
    ] as const;
    const asked = Array.from({ length: 5 }, () =>
      kinds.map(([name, upc, tenant]) => send(name, upc, tenant)),
    ).flat();
    await eventually(() => expect(shop.gateway.underWay).toBe(asked.length));
    letGo();
    const names = { 1: 'Table', 2: 'Couch' };
    for (const [at, text] of (await Promise.all(asked)).entries()) {
      const [operation, upc] = kinds[at % kinds.length] ?? [];
      const name = names[upc === '2' ? 2 : 1];
      const product = operation === 'B' ? { upc, name } : { name };
      expect(JSON.parse(text)).toEqual({ data: { product } });
    }
    expect(new Set(shop.catalogue.seen.map((headers) => headers['x-tenant']))).toEqual(new Set(['t1', 't2']));
  });

  it('sends a request to a subgraph once for all who ask it the same at one moment, whoever they are', async () => {
    const letGo = shop.catalogue.hold();
    // Cookies are not handed on: the subgraph cannot tell these apart, though the gateway does.
    const asked = Array.from({ length: 20 }, (_, at) =>
      shop.ask('{ products { upc } }', { headers: { cookie: `who=${at}` } }),
    );
    await eventually(() => expect(shop.gateway.underWay).toBe(20));
    letGo();
    const answers = await Promise.all(asked);
    expect(new Set(answers.map(({ body }) => JSON.stringify(body)))).toEqual(
      new Set(['{"data":{"products":[{"upc":"1"},{"upc":"2"}]}}']),
    );
    expect(shop.catalogue.seen.length).toBeLessThan(20);
  });

  it('answers what the other subgraphs know when one is away, late or talks nonsense', async () => {
    const query = '{ products { name inStock } }';
    const nonsense = ['', 'null', '[]', '"x"', '{"data":[1]}', '{}', '<html>', '{"data":{"_entities":5}}'];
    for (const body of nonsense) {
      shop.stock.answerWith = { status: 500, body };
      const answer = await shop.ask(query);
      expect([body, answer.body.data]).toEqual([
        body,
        {
          products: [
            { name: 'Table', inStock: null },
            { name: 'Couch', inStock: null },
          ],
        },
      ]);
      expect([body, answer.body.errors?.length ?? 0]).not.toEqual([body, 0]);
    }
  });

  it('passes on what a subgraph says of its errors, with where they belong', async () => {
    const { body } = await shop.ask('{ fails products { name } }');
    expect(body.data).toMatchObject({ fails: null, products: [{ name: 'Table' }, { name: 'Couch' }] });
    expect(body.errors).toEqual([
      {
        message: 'The shelf is gone.',
        path: ['fails'],
        extensions: { code: 'SHELF_GONE', shelf: 7, serviceName: 'catalogue' },
      },
    ]);
  });

  it('refuses what is no operation of this graph with a code, and by the form the client takes a fitting status', async () => {
    const plain = await shop.ask('{ product { nope } }');
    expect([plain.status, plain.body.errors?.[0]?.extensions?.['code']]).toEqual([200, 'BAD_USER_INPUT']);
    const strict = await shop.ask('{ product { nope } }', {
      headers: { accept: 'application/graphql-response+json' },
    });
    expect([strict.status, strict.type]).toEqual([400, 'application/graphql-response+json; charset=utf-8']);
    const names = await shop.ask(
      'query ($__proto__: ID!) { constructor: product(upc: $__proto__) { name } }',
      {
        variables: JSON.parse('{"__proto__": "1"}') as object,
      },
    );
    expect(names.body).toEqual({ data: { constructor: { name: 'Table' } } });
    const deep = `{ __schema { types { ${'ofType { '.repeat(60)} name ${'} '.repeat(60)} } } }`;
    expect((await shop.ask(deep)).body.errors?.[0]?.extensions?.['code']).toBe('OPERATION_TOO_DEEP');
    const compared = `{ ${`product(upc: "1") { ${'name '.repeat(14)} } `.repeat(99)} }`;
    expect((await shop.ask(compared)).body.errors?.[0]?.extensions).toMatchObject({
      code: 'OPERATION_TOO_COMPLEX',
      advice: expect.any(String),
    });
    const long = `{ whoami } # ${'x'.repeat(200_000)}`;
    expect((await shop.ask(long)).body.errors?.[0]?.extensions?.['code']).toBe('PAYLOAD_TOO_LARGE');
  });

  it('knows a persisted query by its hash once it has seen its text, and no text by the hash of another', async () => {
    const sha256Hash = 'f0ffa32ea9f4ab7c9b2f8e4f3bb3a1ba8f4c0b3bf5a3e5d3d5f5a3ce1a5f4e11';
    const post = async (body: object) =>
      (await fetch(`${shop.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }).then((response) => response.json())) as { errors?: { extensions: { code: string } }[] };
    const extensions = { persistedQuery: { version: 1, sha256Hash } };
    expect((await post({ extensions })).errors?.[0]?.extensions.code).toBe('PERSISTED_QUERY_NOT_FOUND');
    expect((await post({ query: '{ whoami }', extensions })).errors?.[0]?.extensions.code).toBe(
      'BAD_REQUEST',
    );
    const { createHash } = await import('node:crypto');
    const right = {
      persistedQuery: { version: 1, sha256Hash: createHash('sha256').update('{ whoami }').digest('hex') },
    };
    expect(await post({ query: '{ whoami }', extensions: right })).toEqual({ data: { whoami: 'nobody' } });
    expect(await post({ extensions: right })).toEqual({ data: { whoami: 'nobody' } });
  });
});

it('keeps 16 MB of registered texts: whoever registers more has the oldest forgotten', async () => {
  await using own = await openShop();
  const { createHash } = await import('node:crypto');
  const post = async (number: number, isKnown: boolean): Promise<string> => {
    const query = `{ __typename } # ${number} ${'x'.repeat(120_000)}`;
    const sha256Hash = createHash('sha256').update(query).digest('hex');
    const extensions = { persistedQuery: { version: 1, sha256Hash } };
    const answer = await fetch(`${own.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(isKnown ? { extensions } : { query, extensions }),
    });
    return answer.text();
  };
  const right = '{"data":{"__typename":"Query"}}';
  for (let number = 0; number < 150; number += 1) expect(await post(number, false)).toBe(right);
  expect(await post(0, true)).toContain('PERSISTED_QUERY_NOT_FOUND');
  expect(await post(149, true)).toBe(right);
});

it('asks a query again of a subgraph that cut the connection, and a mutation never', async () => {
  await using own = await openShop();
  own.catalogue.answerWith = 'cut once';
  expect((await own.ask('{ whoami }')).body).toEqual({ data: { whoami: 'nobody' } });
  expect(own.catalogue.seen).toHaveLength(2);
  own.catalogue.answerWith = 'cut once';
  const { body } = await own.ask('mutation { rename(upc: "1", name: "Desk") { name } }');
  expect(body.errors?.[0]?.extensions?.['code']).toBe('SUBGRAPH_UNAVAILABLE');
  expect(own.catalogue.seen).toHaveLength(3);
});

it('sends an answer on as it came where it is the client’s already, and reads it where it is not', async () => {
  await using own = await openShop();
  // A letter as an escape, which whoever reads it does not write again.
  const name = '"name":"\\u0044esk"';
  const ask = (): Promise<string> =>
    fetch(`${own.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ product(upc: "1") { name } }' }),
    }).then((response) => response.text());
  own.catalogue.answerWith = { status: 200, body: `{"data":{"product":{${name}}}}\n` };
  expect(await ask()).toBe(`{"data":{"product":{${name}}}}`);
  own.catalogue.answerWith = { status: 200, body: `{"data": {"product": {${name}, "upc": "1"}}}` };
  expect(await ask()).toBe('{"data":{"product":{"name":"Desk"}}}');
  own.catalogue.answerWith = { status: 200, body: '{"data":{"product":{"name":null}}}' };
  expect(JSON.parse(await ask())).toMatchObject({
    data: { product: null },
    errors: [{ path: ['product', 'name'] }],
  });
});

it('refuses fields that its settings let nobody ask for', async () => {
  await using own = await openShop({ introspection: false });
  const refused = await own.ask('{ __schema { queryType { name } } }');
  expect(refused.body.errors?.[0]?.message).toMatch(/introspection/);
  expect((await own.ask('{ __typename }')).body).toEqual({ data: { __typename: 'Query' } });
});
