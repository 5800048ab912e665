import { expect, it } from 'vitest';
import { openShop } from './shop.ts';

const origin = 'https://app.example';

async function preflight(url: string, from = origin): Promise<Headers> {
  const response = await fetch(`${url}/graphql`, {
    method: 'OPTIONS',
    headers: { origin: from, 'access-control-request-method': 'POST' },
  });
  return response.headers;
}

function sent(headers: Headers): readonly string[] {
  return headers.get('access-control-allow-headers')?.split(', ') ?? [];
}

it('pages of an allowed origin may send what is handed on to a subgraph, and what clients of GraphQL send', async () => {
  const headers = { forward: ['x-tenant'], set: {} };
  const stock = { headers: { forward: ['x-locale'], set: {} } };
  await using shop = await openShop({ headers, subgraphs: { stock }, corsOrigins: [origin] });
  const asked = await preflight(shop.url);
  expect(asked.get('access-control-allow-origin')).toBe(origin);
  expect(asked.get('access-control-allow-methods')).toBe('GET, POST');
  expect(asked.get('access-control-allow-credentials')).toBeNull();
  expect(sent(asked)).toEqual(
    expect.arrayContaining([
      'x-tenant',
      'x-locale',
      'content-type',
      'authorization',
      'apollographql-client-name',
      'apollographql-client-version',
      'traceparent',
    ]),
  );
  expect(sent(asked).filter((name) => /upload|tributary|tus/.test(name))).toEqual([]);
  expect(sent(await preflight(shop.url, 'https://other.example'))).toEqual([]);
});

it('they may send cookies where those are handed on, in the preflight and in the answer', async () => {
  await using shop = await openShop({ headers: { forward: ['cookie'], set: {} }, corsOrigins: [origin] });
  const asked = await preflight(shop.url);
  const answered = await fetch(`${shop.url}/graphql`, {
    method: 'POST',
    headers: { origin, 'content-type': 'application/json' },
    body: '{"query":"{ __typename }"}',
  });
  for (const headers of [asked, answered.headers]) {
    expect(headers.get('access-control-allow-origin')).toBe(origin);
    expect(headers.get('access-control-allow-credentials')).toBe('true');
  }
  const foreign = await preflight(shop.url, 'https://other.example');
  expect(foreign.get('access-control-allow-credentials')).toBeNull();
});

it.each(['application/json', 'text/event-stream'])(
  'a method that is not answered is told which are, whatever is accepted: %s',
  async (accept) => {
    await using shop = await openShop();
    const { status, headers } = await fetch(`${shop.url}/graphql`, { method: 'PUT', headers: { accept } });
    expect([status, headers.get('allow')]).toEqual([405, 'GET, POST']);
  },
);
