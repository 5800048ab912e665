import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, ask, codeOf, startGateway, type TestGateway } from './graph/start-gateway.ts';

let product: TestGateway;

beforeAll(async () => {
  product = await startGateway();
});
afterAll(() => product[Symbol.asyncDispose]());

const refusedNaming = (answer: Answer, named: string): void => {
  expect([answer.status, codeOf(answer)]).toEqual([400, 'BAD_USER_INPUT']);
  expect(answer.text).toContain(named);
};

describe('a number beyond the range of a double is refused by name', () => {
  it.each([
    ['as an argument', '{ dearerThan(price: 1e999) }'],
    ['as a negative argument', '{ dearerThan(price: -1e999) }'],
    ['as a whole number', `{ dearerThan(price: 1${'0'.repeat(400)}) }`],
    ['in JSON', '{ echo(value: { deep: [1, { er: 1e999 }] }) }'],
    ['as the default of a variable', 'query ($price: Float! = 1e999) { dearerThan(price: $price) }'],
    ['in a fragment', '{ ...F } fragment F on Query { dearerThan(price: 1e999) }'],
  ])('%s', async (_case, query) => {
    refusedNaming(await ask(product.url, { query }), query.includes('e999') ? '1e999' : '1000000');
  });

  it('as a variable, which would reach the subgraph as null', async () => {
    const answer = await ask(
      product.url,
      '{"query":"query ($v: JSON) { echo(value: $v) }","variables":{"v":{"deep":[1e999]}}}',
    );
    refusedNaming(answer, '$v');
  });
});

describe('whole numbers in JSON', () => {
  it('are refused where a double does not give their digits back, also as a default and in variables', async () => {
    refusedNaming(
      await ask(product.url, { query: '{ echo(value: { a: 12345678901234567890 }) }' }),
      '12345678901234567890',
    );
    const inDefault = 'query ($v: JSON = [9007199254740993]) { echo(value: $v) }';
    refusedNaming(await ask(product.url, { query: inDefault }), '9007199254740993');
    const inVariables =
      '{"query":"query ($v: JSON) { echo(value: $v) }","variables":{"v":{"deep":[12345678901234567890]}}}';
    refusedNaming(await ask(product.url, inVariables), '12345678901234567890');
  });

  it('come back as they were sent where a double keeps them, however large, and as text in any case', async () => {
    const kept = [
      9007199254740991,
      -9007199254740992,
      1e20,
      1e300,
      -1.7976931348623157e308,
      '12345678901234567890',
    ];
    const inText = `{ echo(value: ${JSON.stringify(kept).replaceAll('e+', 'e')}) }`;
    expect((await ask(product.url, { query: inText })).body.data).toEqual({ echo: kept });
    const query = 'query ($v: JSON) { echo(value: $v) }';
    expect((await ask(product.url, { query, variables: { v: kept } })).body.data).toEqual({ echo: kept });
  });

  it('leave a Float free to be large, and an ID to have as many digits as it likes', async () => {
    expect(
      (await ask(product.url, { query: '{ dearerThan(price: 100000000000000000000) }' })).body.data,
    ).toEqual({ dearerThan: 1e20 });
    const { body } = await ask(product.url, { query: '{ product(id: 12345678901234567890) { id } }' });
    expect(body.data.product.id).toBe('12345678901234567890');
  });
});
