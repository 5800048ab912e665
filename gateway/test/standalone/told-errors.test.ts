import { createLogger, type Logger } from '@tributary/runtime';
import { eventually, quickly } from '@tributary/test-kit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openOver } from './one-subgraph.ts';
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

  it('keep their places where the subgraph writes the indices of lists as texts', async () => {
    const error = (path: string): string => `[{"message":"No","path":${path}}]`;
    shop.catalogue.answerWith = told(
      error('["products","1","name"]'),
      '{"products":[{"name":"Table"},{"name":null}]}',
    );
    const ofList = await shop.ask('{ products { name } }');
    expect(ofList.body.errors?.map(({ path }) => path)).toEqual([['products', 1, 'name']]);
    shop.catalogue.answerWith = undefined;
    shop.stock.answerWith = told(error('["_entities","1"]'), '{"_entities":[{"inStock":true},null]}');
    const ofEntities = await shop.ask('{ products { inStock } }');
    expect(ofEntities.body.data).toEqual({ products: [{ inStock: true }, { inStock: null }] });
    expect(ofEntities.body.errors?.map(({ path }) => path)).toEqual([['products', 1]]);
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

  it('is in the log with the reason, once', async () => {
    const { log, lines } = kept();
    await using shop = await openShop({}, { log });
    shop.catalogue.answerWith = { status: 502, body: '<html>' };
    for (let time = 0; time < 3; time += 1) await shop.ask(`{ whoami } # ${time}`);
    expect(lines.filter(({ subgraph }) => subgraph === 'catalogue')).toMatchObject([
      {
        msg: 'a subgraph does not answer as it should',
        err: { cause: { reason: 'The subgraph catalogue answered 502 without a GraphQL answer.' } },
      },
    ]);
  });
});

interface Line {
  readonly msg: string;
  readonly subgraph?: string;
  readonly errorId?: string;
  readonly err?: { readonly reason?: string };
}

function kept(): { readonly log: Logger; readonly lines: readonly Line[] } {
  const lines: Line[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  return { log: createLogger({ name: 'test', level: 'info', destination }), lines };
}

describe('what a subgraph does wrong a million times is told as few times as is told of anything', () => {
  const times = 1_000_000;

  it.each([
    ['wrong values', `{"data":{"names":[${'1,'.repeat(times)}1]}}`, times + 1, 5],
    ['errors', `{"data":{"names":null},"errors":[${'1,'.repeat(times)}1]}`, undefined, 100],
  ])('%s', async (_, body, length, errorCount) => {
    await using over = await openOver('type Query { names: [String] }', {});
    over.subgraph.answerWith = { status: 200, body };
    const answer = await quickly(4_000, () => over.ask('{ names }'));
    const { names } = answer.data as { names: unknown[] | null };
    expect(names?.length).toBe(length);
    expect(answer.errors).toHaveLength(errorCount);
  });

  it('and nulls that its errors explain hide none that nothing explains', async () => {
    await using over = await openOver('type Query { names: [String] others: [String] }', {});
    const errors = '[{"message":"lost","path":["names",0]}]';
    const body = `{"data":{"names":[1,1,1,1,1,1],"others":[1]},"errors":${errors}}`;
    over.subgraph.answerWith = { status: 200, body };
    const answer = await over.ask('{ names others }');
    expect(answer.errors?.map((error) => (error as { path?: unknown }).path)).toEqual([
      ['names', 0],
      ['others', 0],
    ]);
  });
});

describe('a subgraph that answers what its schema does not allow', () => {
  it.each([
    ['{"data":{"products":[{"name":{"a":"secret"}}]}}', 'The value of Product.name is no String.'],
    ['{"data":{"products":[{"name":null}]}}', 'Cannot return null for non-nullable field Product.name.'],
    ['{"data":{"products":{}}}', 'The value of Query.products is no list.'],
  ])(
    'is in the log by the id that the client has, with the field and without the value: %s',
    async (body, reason) => {
      const { log, lines } = kept();
      await using shop = await openShop({}, { log });
      shop.catalogue.answerWith = { status: 200, body };
      const { errors } = (await shop.ask('{ products { name } }')).body;
      const { errorId } = errors?.[0]?.extensions ?? {};
      expect(lines.find((line) => line.errorId === errorId)?.err?.reason).toBe(reason);
      expect(JSON.stringify(lines)).not.toContain('secret');
    },
  );

  it('is named where it leaves entities out', async () => {
    const { log, lines } = kept();
    await using shop = await openShop({}, { log });
    shop.stock.answerWith = { status: 200, body: '{"data":{"_entities":[]}}' };
    await shop.ask('{ products { inStock } }');
    expect(lines.map(({ err }) => err?.reason)).toContain(
      'stock answered _entities with another number of entities than asked',
    );
  });
});
