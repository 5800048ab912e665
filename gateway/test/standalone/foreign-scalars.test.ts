import { expect, it } from 'vitest';
import { openOver } from './one-subgraph.ts';

it('scalars of other graphs mean what their subgraph says, whatever they are called', async () => {
  const sdl = `scalar DateTime scalar JSON scalar Base64
type Query { at(time: DateTime!): DateTime same(json: JSON): JSON bytes(of: Base64): Base64 }`;
  const Query = {
    at: (_: unknown, { time }: { time: string }) => time,
    same: (_: unknown, { json }: { json: unknown }) => json,
    bytes: (_: unknown, { of }: { of: string }) => of,
  };
  await using over = await openOver(sdl, { Query });
  const query =
    'query ($time: DateTime!, $json: JSON, $of: Base64) { at(time: $time) same(json: $json) bytes(of: $of) }';
  const variables = { time: '2020-01-01', json: { 'a.b': 1, $c: [null] }, of: '_-8' };
  const { time, json, of } = variables;
  expect(await over.ask(query, variables)).toEqual({ data: { at: time, same: json, bytes: of } });
  const written = '{ at(time: "2020-01-01") same(json: { __a: 1 }) bytes(of: "_-8") }';
  expect(await over.ask(written)).toEqual({ data: { at: time, same: { __a: 1 }, bytes: of } });
});

it('numbers with more digits than a double has keep them where one fetch is the whole answer', async () => {
  await using over = await openOver('scalar Long type Query { long: Long }', {});
  const body = '{"data":{"long":9007199254740993}}';
  over.subgraph.answerWith = { status: 200, body };
  const headers = { 'content-type': 'application/json' };
  for (const query of ['{ long }', 'query Again { long }']) {
    const asked = { method: 'POST', headers, body: JSON.stringify({ query }) };
    expect(await (await fetch(`${over.url}/graphql`, asked)).text()).toBe(body);
  }
});

it.each([
  ['lists', `${'['.repeat(200_000)}${']'.repeat(200_000)}`],
  ['objects', `${'{"a":'.repeat(200_000)}1${'}'.repeat(200_000)}`],
])('a value of %s too deep to be written is an error of its field', async (_kind, value) => {
  await using over = await openOver('scalar Any type Query { deep: Any same: Any flat: Any }', {});
  over.subgraph.answerWith = { status: 200, body: `{"data":{"deep":${value},"same":[[1]],"flat":"x"}}` };
  const { data, errors = [] } = await over.ask('{ deep same flat }');
  expect(data).toEqual({ deep: null, same: [[1]], flat: 'x' });
  expect(errors).toMatchObject([{ path: ['deep'], extensions: { code: 'INTERNAL' } }]);
});
