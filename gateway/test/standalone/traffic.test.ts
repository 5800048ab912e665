import { eventually } from '@tributary/test-kit';
import { OperationTypeNode } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { StandaloneSettings } from '../../src/standalone/settings-file.ts';
import { admitUnlessLate } from '../../src/traffic/load-shedding.ts';
import { openShop, type Shop } from './shop.ts';

type SubgraphSettings = StandaloneSettings['subgraphs'][string];

const names = { products: [{ name: 'Table' }, { name: 'Couch' }] };

function shopWith(
  settings: Partial<SubgraphSettings>,
  more: Partial<StandaloneSettings> = {},
): Promise<Shop> {
  const catalogue = { headers: { forward: [], set: {} }, ...settings };
  return openShop({ ...more, subgraphs: { catalogue } });
}

/** Each is another operation to the gateway, and the same question to the subgraph. */
function differently(shop: Shop, count: number, query = '{ products { name } }') {
  return Array.from({ length: count }, (_, at) => shop.ask(`${query} # ${at}`));
}

describe('a bulkhead', () => {
  it('lets a subgraph have so many fetches at once and so many that wait; the next is refused with OVERLOADED', async () => {
    await using shop = await shopWith({ bulkhead: { inFlight: 1, queue: 1 }, dedupe: false });
    const letGo = shop.catalogue.hold();
    const asked = differently(shop, 5);
    let answered = 0;
    for (const answer of asked)
      void answer.then(() => {
        answered += 1;
      });
    await eventually(() => expect(answered).toBe(3));
    letGo();
    const answers = await Promise.all(asked);
    expect(answers.filter(({ body }) => body.errors === undefined)).toHaveLength(2);
    const refused = answers.find(({ body }) => body.errors !== undefined);
    expect(refused?.body.errors?.[0]?.extensions).toMatchObject({
      code: 'OVERLOADED',
      subgraph: 'catalogue',
      retryable: true,
      retryAfterSeconds: 1,
    });
    expect(shop.catalogue.seen).toHaveLength(2);
    expect((await shop.ask('{ products { name } }')).body).toEqual({ data: names });
  });
});

describe('a subgraph that hangs', () => {
  it.each([undefined, { afterMs: 20, budgetPercent: 5 }])(
    'is left alone after five fetches that had their time, hedged or not: %o',
    async (hedge) => {
      await using shop = await shopWith(
        { hedge },
        { dedupe: false, retries: 0, deadline: { ms: 600, header: 'x-deadline-ms' } },
      );
      shop.catalogue.answerWith = 'nothing';
      const codes: unknown[] = [];
      // The first may have had no time, because planning took it.
      while (codes.length < 10 && codes.at(-1) !== 'SUBGRAPH_UNAVAILABLE')
        codes.push((await shop.ask('{ products { name } }')).body.errors?.[0]?.extensions?.['code']);
      expect(new Set(codes.slice(0, -1))).toEqual(new Set(['DEADLINE_EXCEEDED']));
      expect(codes.at(-1)).toBe('SUBGRAPH_UNAVAILABLE');
    },
  );
});

it.each([false, true])(
  'a subgraph that is asked for more than may come stays there for those who ask for less (h2: %s)',
  async (h2) => {
    await using shop = await shopWith({ h2, answerBytes: 10_000 }, { dedupe: false });
    shop.catalogue.answerWith = {
      status: 200,
      body: JSON.stringify({ data: { whoami: 'x'.repeat(20_000) } }),
    };
    for (let asked = 0; asked < 6; asked += 1) {
      const { body } = await shop.ask('{ whoami }');
      expect(body.errors?.[0]).toMatchObject({
        message: 'catalogue answered with more than 10000 bytes; ask for less at once.',
        extensions: { code: 'PAYLOAD_TOO_LARGE' },
      });
    }
    shop.catalogue.answerWith = undefined;
    expect((await shop.ask('{ products { name } }')).body).toEqual({ data: names });
  },
);

describe('a turn that does not come', () => {
  it('is waited for as long as a fetch may take', async () => {
    await using shop = await shopWith(
      { bulkhead: { inFlight: 1, queue: 5 } },
      { dedupe: false, timeoutMs: 400 },
    );
    shop.catalogue.answerWith = 'nothing';
    for (const { body } of await Promise.all(differently(shop, 4)))
      expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(shop.catalogue.seen.length).toBeLessThan(3);
  });
});

describe('a bulkhead where equal questions are sent once', () => {
  it('counts what is sent, not who waits for it', async () => {
    await using shop = await shopWith({ bulkhead: { inFlight: 1, queue: 1 } });
    // They are planned: one after the other they would share nothing.
    await Promise.all(differently(shop, 5));
    shop.catalogue.seen.length = 0;
    const letGo = shop.catalogue.hold();
    const asked = differently(shop, 5);
    await eventually(() => expect(shop.gateway.underWay).toBe(5));
    letGo();
    for (const { body } of await Promise.all(asked)) expect(body).toEqual({ data: names });
    expect(shop.catalogue.seen.length).toBeLessThan(5);
  });
});

describe('a subgraph that ends its connections while it is asked', () => {
  it.each([false, true])('is asked again over new ones, as if nothing had been (h2: %s)', async (h2) => {
    await using shop = await shopWith({ h2, dedupe: false });
    const letGo = shop.catalogue.hold();
    const asked = differently(shop, 12);
    await eventually(() => expect(shop.catalogue.seen).toHaveLength(12));
    shop.catalogue.leave();
    letGo();
    for (const { body } of await Promise.all(asked)) expect(body).toEqual({ data: names });
  });
});

describe('a query that is not answered in the usual time', () => {
  it('is asked a second time, and the answer that comes is taken', async () => {
    await using shop = await shopWith({ hedge: { afterMs: 1_000, budgetPercent: 5 } });
    shop.catalogue.answerWith = 'nothing';
    const asked = shop.ask('{ products { name } }');
    await eventually(() => expect(shop.catalogue.seen).toHaveLength(1));
    shop.catalogue.answerWith = undefined;
    expect((await asked).body).toEqual({ data: names });
    expect(shop.catalogue.seen).toHaveLength(2);
  });

  it.each([
    [
      'an answer of errors alone',
      { status: 200, body: '{"data":null,"errors":[{"message":"Not for you."}]}' },
      'Not for you.',
    ],
    ['a refusal', { status: 401, body: '' }, 'catalogue refused the request (HTTP 401).'],
  ])(
    'is answered with %s when the first brings nothing better in that time',
    async (_what, answer, message) => {
      await using shop = await shopWith(
        { hedge: { afterMs: 200, budgetPercent: 5 } },
        { timeoutMs: 600_000 },
      );
      shop.catalogue.answerWith = 'nothing';
      const asked = shop.ask('{ products { name } }');
      await eventually(() => expect(shop.catalogue.seen).toHaveLength(1));
      shop.catalogue.answerWith = answer;
      expect((await asked).body.errors?.[0]?.message).toBe(message);
      expect(shop.catalogue.seen).toHaveLength(2);
    },
  );

  it('is not asked again beyond the budget, and a mutation never', async () => {
    await using shop = await shopWith({ hedge: { afterMs: 20, budgetPercent: 5 }, timeoutMs: 500 });
    shop.catalogue.answerWith = 'nothing';
    await shop.ask('mutation { rename(upc: "1", name: "Desk") { name } }');
    expect(shop.catalogue.seen).toHaveLength(1);
    await Promise.all(differently(shop, 20));
    // The twenty, the ten that are saved for a burst, and one for twenty.
    expect(shop.catalogue.seen.length).toBeLessThanOrEqual(1 + 20 + 11);
  });
});

describe('the deadline of an operation', () => {
  it('is told to subgraphs, and what is not there by then is null with DEADLINE_EXCEEDED', async () => {
    await using shop = await shopWith({}, { deadline: { ms: 2_000, header: 'x-left-ms' } });
    await shop.ask('{ products { name inStock } }');
    const [{ 'x-left-ms': first } = {}] = shop.catalogue.seen;
    const [{ 'x-left-ms': second } = {}] = shop.stock.seen;
    expect(Number(first)).toBeLessThanOrEqual(2_000);
    expect(Number(second)).toBeLessThanOrEqual(Number(first));
    shop.stock.answerWith = 'nothing';
    const { body } = await shop.ask('{ products { name inStock } }');
    expect(body.data).toMatchObject({ products: [{ name: 'Table', inStock: null }, { name: 'Couch' }] });
    expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'DEADLINE_EXCEEDED', subgraph: 'stock' });
  });
});

describe('a gateway with more to do than it can', () => {
  it('refuses queries with 503 and Retry-After while its event loop turns late, and never its health', async () => {
    await using shop = await shopWith({}, { shedding: { delayMs: 30 } });
    const busy = setInterval(() => {
      const untilMs = performance.now() + 80;
      while (performance.now() < untilMs);
    }, 1);
    const ask = () =>
      fetch(`${shop.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"query":"{ products { name } }"}',
      });
    try {
      await eventually(async () => {
        const refused = await ask();
        expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
        expect(await refused.text()).toContain('OVERLOADED');
      });
      expect((await fetch(`${shop.url}/health/ready`)).status).toBe(200);
    } finally {
      clearInterval(busy);
    }
    await eventually(async () => expect((await ask()).status).toBe(200));
  });

  it('lets mutations through when queries are refused already', () => {
    admitUnlessLate(OperationTypeNode.QUERY, 100, 100);
    expect(() => admitUnlessLate(OperationTypeNode.QUERY, 101, 100)).toThrow(/more to do/);
    expect(() => admitUnlessLate(OperationTypeNode.SUBSCRIPTION, 101, 100)).toThrow(/more to do/);
    admitUnlessLate(OperationTypeNode.MUTATION, 200, 100);
    expect(() => admitUnlessLate(OperationTypeNode.MUTATION, 201, 100)).toThrow(/more to do/);
  });
});

describe('answers', () => {
  it('are compressed as their client accepts it, from the size on that the settings name', async () => {
    await using shop = await shopWith({}, { compression: { minBytes: 60 } });
    const ask = async (accepted: string, query: string) => {
      const response = await fetch(`${shop.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'accept-encoding': accepted },
        body: JSON.stringify({ query }),
      });
      const { headers } = response;
      return [headers.get('content-encoding'), headers.get('vary'), await response.json()];
    };
    const query = '{ products { name } again: products { name } }';
    const data = { ...names, again: names.products };
    const vary = 'accept-encoding';
    expect(await ask('gzip, br', query)).toEqual(['br', vary, { data }]);
    expect(await ask('gzip, br;q=0.5', query)).toEqual(['gzip', vary, { data }]);
    expect(await ask('*', query)).toEqual(['br', vary, { data }]);
    expect(await ask('identity', query)).toEqual([null, vary, { data }]);
    expect(await ask('br;q=0, gzip;q=0', query)).toEqual([null, vary, { data }]);
    expect(await ask('br', '{ __typename }')).toEqual([null, null, { data: { __typename: 'Query' } }]);
  });
});

describe('a subgraph that speaks HTTP/2', () => {
  it('is asked for many things at once over one connection', async () => {
    await using shop = await shopWith({ h2: true, dedupe: false });
    expect((await shop.ask('{ products { name } }')).body).toEqual({ data: names });
    const letGo = shop.catalogue.hold();
    const asked = differently(shop, 30, '{ products { name inStock } }');
    // All of them are there before one is answered.
    await eventually(() => expect(shop.catalogue.seen).toHaveLength(31));
    letGo();
    for (const { body } of await Promise.all(asked)) expect(body.errors).toBeUndefined();
    expect(shop.catalogue.connections).toBe(1);
    expect(shop.catalogue.seen[0]).toMatchObject({ ':method': 'POST', ':path': '/graphql' });
  });
});
