import { quickly } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { anonymous, smallSubgraph } from './small-subgraph.ts';

test('an unexpected error leaves as an id, without its message', async () => {
  const { ask } = await smallSubgraph();
  const result = await ask(anonymous, '{ broken airport { name } }');
  expect(JSON.stringify(result)).not.toMatch(/canary|10\.0\.0\.7|stack/);
  expect(result.errors?.[0]).toMatchObject({ path: ['broken'], extensions: { code: 'INTERNAL' } });
  expect(result.errors?.[0]?.extensions?.['errorId']).toMatch(/^[0-9a-f-]{36}$/);
  expect(result.data).toEqual({ broken: null, airport: { name: 'Detroit' } });
});

test('a coded error keeps its message, its code, what to do, and its details', async () => {
  const { ask } = await smallSubgraph();
  const result = await ask(anonymous, '{ conflict }');
  expect(result.errors?.[0]?.message).toBe('There is one already.');
  expect(result.errors?.[0]?.extensions).toMatchObject({
    code: 'CONFLICT',
    field: 'iata',
    advice: expect.stringContaining('exists already'),
  });
});

test('a misspelt field is refused without proposing names', async () => {
  const { ask } = await smallSubgraph();
  const result = await ask(anonymous, '{ airprt { name } secretz { text } }');
  expect(JSON.stringify(result)).not.toMatch(/did you mean|"airport"|secrets"/i);
  expect(result.errors?.[0]?.extensions?.['code']).toBe('BAD_USER_INPUT');
});

test("a variable that does not fit its type is the caller's to correct, and is told so", async () => {
  const { ask } = await smallSubgraph();
  const query = 'query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }';
  const result = await ask(anonymous, query, { variables: { r: [null] } });
  expect(result.errors?.[0]?.message).toMatch(/got invalid value null at "r\[0\]"/);
  expect(result.errors?.[0]?.extensions?.['code']).toBe('BAD_USER_INPUT');
});

test('a message that repeats a megabyte of input is short, quickly made, and still names what is wrong', async () => {
  const { ask } = await smallSubgraph();
  const query =
    'query ($r: [_Any!]!, $skip: Boolean!) { _entities(representations: $r) { __typename @skip(if: $skip) } }';
  const variables = { r: [], skip: 'Did you mean '.repeat(80_000) };
  const result = await quickly(1_000, () => ask(anonymous, query, { variables }));
  const message = result.errors?.[0]?.message ?? '';
  expect(message.length).toBeLessThanOrEqual(500);
  expect(message).toMatch(/^Variable "\$skip" got invalid value/);
});
