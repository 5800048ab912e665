import { Client, fetchExchange, gql } from '@urql/core';
import { expect, test } from 'vitest';
import { exchangesOver } from './graph-client.ts';
import { Refusal } from './refusal.ts';

const errors = [{ message: 'It is away.', extensions: { code: 'SUBGRAPH_UNAVAILABLE', advice: 'Wait.' } }];
const question = gql('query Q { a { id } b { id } }');

/** The console's client, with these answers one after the other at the far end of its wire. */
function clientHearing(...answers: readonly object[]): Client {
  const waiting = [...answers];
  return new Client({
    url: 'http://nowhere.test/graphql',
    preferGetMethod: false,
    fetch: async () => Response.json(waiting.shift()),
    exchanges: exchangesOver([fetchExchange]),
  });
}

test.each([
  ['as a whole', null],
  ['field by field', { a: null, b: null }],
])('an answer that is null %s and refused has no data, and its refusal', async (_how, data) => {
  const answer = await clientHearing({ data, errors }).query(question, {});
  expect(answer.data).toBeUndefined();
  expect(answer.error && Refusal.of(answer.error)).toMatchObject({
    code: 'SUBGRAPH_UNAVAILABLE',
    advice: 'Wait.',
  });
});

test('a part that came beside a refusal is data, and so is a null that nothing refused', async () => {
  const part = { a: { id: '1', __typename: 'A' }, b: null };
  expect((await clientHearing({ data: part, errors }).query(question, {})).data).toEqual(part);
  const nothing = { a: null, b: null };
  expect((await clientHearing({ data: nothing }).query(question, {})).data).toEqual(nothing);
});

test('a refusal is asked again, not remembered', async () => {
  const data = { a: { id: '1', __typename: 'A' }, b: null };
  const client = clientHearing({ data: { a: null, b: null }, errors }, { data });
  expect((await client.query(question, {})).data).toBeUndefined();
  expect((await client.query(question, {})).data).toEqual(data);
});
