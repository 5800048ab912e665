import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGateway, type TestGateway } from './graph/start-gateway.ts';
import { openShop, type Shop } from './standalone/shop.ts';

let product: TestGateway;
let shop: Shop;
beforeAll(async () => {
  [product, shop] = await Promise.all([startGateway(), openShop({})]);
});
afterAll(() => Promise.all([product[Symbol.asyncDispose](), shop[Symbol.asyncDispose]()]));

interface Answer {
  readonly status: number;
  readonly code: unknown;
  readonly message: unknown;
}

describe.each([
  ['the product', () => product.url],
  ['the stand-alone gateway', () => shop.url],
])('%s', (_name, url) => {
  async function asked(headers: Readonly<Record<string, string>>): Promise<Answer> {
    const response = await fetch(`${url()}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: '{"query":"{ __typename }"}',
    });
    const { errors } = (await response.json()) as {
      readonly errors?: readonly {
        readonly message: string;
        readonly extensions: { readonly code: string };
      }[];
    };
    return { status: response.status, code: errors?.[0]?.extensions.code, message: errors?.[0]?.message };
  }

  test.each(['text/html', 'application/xml, image/*', 'application/json;q=0', 'multipart/mixed'])(
    'says which types it answers to who accepts none of them: %s',
    async (accept) => {
      expect(await asked({ accept })).toEqual({
        status: 406,
        code: 'NOT_ACCEPTABLE',
        message: expect.stringMatching(/application\/json or application\/graphql-response\+json/),
      });
    },
  );

  test.each([
    '*/*',
    'application/*',
    'application/graphql-response+json; charset=utf-8, application/json; charset=utf-8',
    'text/html, */*;q=0.1',
    'multipart/mixed;deferSpec=20220824, application/graphql-response+json, application/json',
  ])('answers who accepts one of its types among others: %s', async (accept) => {
    expect(await asked({ accept })).toMatchObject({ status: 200, code: undefined });
  });

  test.each(['latin1', 'ISO-8859-1', 'utf-16', '"utf-16le"', '', 'utf-8; charset=latin1'])(
    'refuses a body in another charset, for JSON is UTF-8: charset=%s',
    async (charset) => {
      expect(await asked({ 'content-type': `application/json; charset=${charset}` })).toEqual({
        status: 415,
        code: 'UNSUPPORTED_MEDIA_TYPE',
        message: 'The body must be JSON in UTF-8 (application/json).',
      });
    },
  );

  test.each([
    'application/json;charset=UTF-8',
    'application/json; charset="utf-8"',
    'Application/JSON; Charset=Utf-8',
    'application/json; charset=utf8',
  ])('takes a body that says it is UTF-8: %s', async (type) => {
    expect(await asked({ 'content-type': type })).toMatchObject({ status: 200, code: undefined });
  });
});

test('a mutation whose answer nobody would take is not done', async () => {
  const renames = (): number => shop.catalogue.seen.length;
  const before = renames();
  const response = await fetch(`${shop.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/plain' },
    body: '{"query":"mutation { rename(upc: \\"1\\", name: \\"n\\") { upc } }"}',
  });
  expect(response.status).toBe(406);
  expect(renames()).toBe(before);
});
