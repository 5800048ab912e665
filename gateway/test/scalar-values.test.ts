import { afterAll, beforeAll, expect, it } from 'vitest';
import { ask, codeOf, startGateway, type TestGateway } from './graph/start-gateway.ts';

let product: TestGateway;
beforeAll(async () => {
  product = await startGateway();
});
afterAll(() => product[Symbol.asyncDispose]());

/** A query with the faulty part between « and », which is where the error has to point. */
it.each([
  ['a month that is none', '{ deliveries(where: { at: «"2001-13-01T00:00:00Z"» }) }', /moment that exists/],
  ['a day that is none', '{ deliveries(where: { at: «"2001-02-30T00:00:00Z"» }) }', /moment that exists/],
  ['a number for a moment', '{ deliveries(where: { at: «7» }) }', /RFC 3339/],
  [
    'bytes that are no Base64',
    '{ deliveries(of: [{ at: "2001-01-01T00:00:00Z", label: «"?"» }]) }',
    /RFC 4648/,
  ],
  ['JSON with the key of a prototype', '{ echo(value: «{ __proto__: 1 }») }', /prototype/],
  ['a faulty default', 'query ($at: DateTime = «"x"») { deliveries(where: { at: $at }) }', /RFC 3339/],
])('%s is refused where it stands in the text', async (_what, marked, reason) => {
  const { status, body } = await ask(product.url, { query: marked.replaceAll(/[«»]/g, '') });
  expect(status).toBe(400);
  expect(body.errors).toEqual([
    expect.objectContaining({
      message: expect.stringMatching(reason),
      locations: [{ line: 1, column: marked.indexOf('«') + 1 }],
      extensions: expect.objectContaining({ code: 'BAD_USER_INPUT' }),
    }),
  ]);
});

it('a faulty value in a variable is refused with its path, and the whole request with it', async () => {
  const query = 'query ($input: [DeliveryInput!]!) { deliveries(of: $input) }';
  const good = '2001-01-01T00:00:00Z';
  const answer = await ask(product.url, { query, variables: { input: [{ at: good }, { at: 'bad' }] } });
  expect([answer.status, codeOf(answer)]).toEqual([400, 'BAD_USER_INPUT']);
  expect(answer.body.errors[0].message).toContain('"$input" got invalid value "bad" at "input[1].at"');
  const whole = await ask(product.url, {
    query: 'query ($v: JSON) { echo(value: $v) }',
    variables: { v: { $a: 1 } },
  });
  expect([whole.status, codeOf(whole)]).toEqual([400, 'BAD_USER_INPUT']);
  expect(whole.body.errors[0].message).toContain('"$v"');
});

it('a faulty value in a field that is checked item by item reaches the subgraph, and beside it all that is right', async () => {
  const query = 'query ($of: [JudgedInput!]!) { judged(of: $of) }';
  const of = [{ at: '2001-01-01T01:00:00+01:00' }, { at: 'yesterday' }, { at: 7 }, { at: null }];
  const { body } = await ask(product.url, { query, variables: { of } });
  expect(body).toEqual({ data: { judged: ['2001-01-01T00:00:00.000Z', 'yesterday', 7, null] } });
  const elsewhere = await ask(product.url, { query, variables: { of: [{ at: 'yesterday', label: '?' }] } });
  expect([elsewhere.status, codeOf(elsewhere)]).toEqual([400, 'BAD_USER_INPUT']);
  const written = await ask(product.url, { query: '{ judged(of: [{ at: "yesterday" }]) }' });
  expect([written.status, codeOf(written)]).toEqual([400, 'BAD_USER_INPUT']);
});

it('what is right reaches the subgraph as it was sent, as a literal and as a variable', async () => {
  const literal = '{ deliveries(of: [{ at: "2001-01-01T01:00:00+01:00", label: "AAE=" }]) }';
  expect((await ask(product.url, { query: literal })).body).toEqual({
    data: { deliveries: ['2001-01-01T00:00:00.000Z'] },
  });
  const query =
    'query ($input: [DeliveryInput!], $v: JSON = { a: [1] }) { deliveries(of: $input) echo(value: $v) }';
  const variables = { input: [{ at: '2001-01-01T00:00:00Z', label: 'AAE=' }] };
  expect((await ask(product.url, { query, variables })).body).toEqual({
    data: { deliveries: ['2001-01-01T00:00:00.000Z'], echo: { a: [1] } },
  });
});
