import { createLogger } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openShop, type Shop } from './shop.ts';

const told = (errors: string, data = 'null') => ({
  status: 200,
  body: `{"data":${data},"errors":${errors}}`,
});

describe('errors that a subgraph tells', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop();
  });
  afterAll(() => shop[Symbol.asyncDispose]());
  beforeEach(() => {
    shop.catalogue.answerWith = undefined;
    shop.stock.answerWith = undefined;
  });

  it('reach the client with their text and code, whatever stands where their path should', async () => {
    for (const path of ['null', '"whoami"', '[null]', '[{}]', '7']) {
      shop.catalogue.answerWith = told(
        `[{"message":"Not for you","path":${path},"locations":7,"extensions":{"code":"FORBIDDEN"}}]`,
      );
      const { body } = await shop.ask('{ whoami }');
      expect(body.data).toEqual({ whoami: null });
      expect(body.errors).toEqual([
        { message: 'Not for you', extensions: { code: 'FORBIDDEN', serviceName: 'catalogue' } },
      ]);
    }
  });

  it('of entities do too', async () => {
    shop.stock.answerWith = told('[{"message":"Not for you","path":null,"extensions":{"code":"FORBIDDEN"}}]');
    const { body } = await shop.ask('{ products { name inStock } }');
    expect(body.data).toEqual({
      products: [
        { name: 'Table', inStock: null },
        { name: 'Couch', inStock: null },
      ],
    });
    expect(body.errors?.map(({ message, extensions }) => [message, extensions?.['code']])).toEqual([
      ['Not for you', 'FORBIDDEN'],
    ]);
  });

  it('have only extensions that are an object, and a code where old servers put it', async () => {
    shop.catalogue.answerWith = told('[{"message":"a","extensions":"str"},{"message":"b","code":"OLD"}]');
    const { body } = await shop.ask('{ whoami }');
    expect(body.errors).toEqual([
      { message: 'a', extensions: { serviceName: 'catalogue' } },
      { message: 'b', extensions: { serviceName: 'catalogue', code: 'OLD' } },
    ]);
  });

  it.each(['{"message":"Z"}', '["Z"]', '[{"code":"X"}]', '[]', '"Z"', '[null]', 'null'])(
    'are errors when they have no form, and no data never stands for an answer: %s',
    async (errors) => {
      shop.catalogue.answerWith = told(errors);
      const { body } = await shop.ask('{ whoami }');
      expect(body.data).toEqual({ whoami: null });
      expect(body.errors).toHaveLength(1);
      expect(body.errors?.[0]?.extensions?.['serviceName']).toBe('catalogue');
    },
  );

  it('that are an empty list beside data are none', async () => {
    shop.catalogue.answerWith = told('[]', '{"whoami":"me"}');
    expect((await shop.ask('{ whoami }')).body).toEqual({ data: { whoami: 'me' } });
  });
});

describe('a refusal of a subgraph without a GraphQL answer', () => {
  it.each([
    [401, 'UNAUTHENTICATED'],
    [403, 'FORBIDDEN'],
    [413, 'PAYLOAD_TOO_LARGE'],
    [429, 'RATE_LIMITED'],
    [404, 'SUBGRAPH_UNAVAILABLE'],
  ] as const)('with %i is %s for who was refused, and costs nobody else anything', async (status, code) => {
    await using shop = await openShop();
    shop.catalogue.answerWith = { status, body: 'Unauthorized' };
    for (let time = 0; time < 8; time += 1) {
      const { body } = await shop.ask(`{ whoami } # ${time}`);
      expect(body.errors?.[0]).toMatchObject({
        message: `catalogue refused the request (HTTP ${status}).`,
        extensions: { code },
      });
    }
    shop.catalogue.answerWith = undefined;
    expect((await shop.ask('{ whoami }')).body).toEqual({ data: { whoami: 'nobody' } });
  });
});

describe('a subgraph that does not answer', () => {
  it('before an operation has to be over is not asked for a while', async () => {
    await using shop = await openShop({ timeoutMs: 5_000, deadline: { ms: 40, header: 'x-deadline-ms' } });
    shop.catalogue.answerWith = 'nothing';
    await eventually(async () => {
      const before = shop.catalogue.seen.length;
      await shop.ask('{ whoami }');
      expect(shop.catalogue.seen.length).toBe(before);
    });
  });

  it('is in the log with the reason, and so is that it answers again', async () => {
    const lines: { msg: string; subgraph?: string; reason?: string }[] = [];
    const log = createLogger({
      name: 'test',
      level: 'info',
      destination: { write: (line: string) => void lines.push(JSON.parse(line)) },
    });
    await using shop = await openShop({}, { log });
    shop.catalogue.answerWith = { status: 502, body: '<html>' };
    for (let time = 0; time < 3; time += 1) await shop.ask(`{ whoami } # ${time}`);
    shop.catalogue.answerWith = undefined;
    await shop.ask('{ whoami }');
    expect(lines.filter(({ subgraph }) => subgraph === 'catalogue')).toMatchObject([
      {
        msg: 'a subgraph does not answer as it should',
        reason: 'The subgraph catalogue answered 502 without a GraphQL answer.',
      },
      { msg: 'a subgraph answers again' },
    ]);
  });
});
