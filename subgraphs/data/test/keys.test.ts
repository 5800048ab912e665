import { newId } from '@tributary/runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { member, type OpenData, openData } from './open-data.ts';

const access = '@access(read: [MEMBER], write: [EDITOR])';
const keys = 'number: Int @unique  text: String @unique  mark: ID @unique  moment: DateTime @unique';

let data: OpenData;
beforeAll(async () => {
  data = await openData([
    `type Gate @model(store: DOCUMENT) ${access} { ${keys} }
     type Desk @model ${access} { ${keys} }
     type Seat @model(store: DOCUMENT) ${access} { gate: Gate  desk: Desk }`,
  ]);
});
afterAll(() => data[Symbol.asyncDispose]());

const values = { number: -5, text: '5', mark: 'a-5', moment: '2026-01-02T03:04:05.678Z' };

test.each(
  ['Gate', 'Desk'].flatMap((model) =>
    Object.entries(values).map(([key, value]) => [model, key, value] as const),
  ),
)('a %s is got, referred to and entered by its %s', async (model, key, value) => {
  const editor = member(newId(), 'EDITOR');
  const [one, ref] = [model.toLowerCase(), JSON.stringify(value)];
  const made = await data.run(editor, `mutation { create${model}(input: { ${key}: ${ref} }) { id } }`);
  const { id } = made.data[`create${model}`];
  await data.run(editor, `mutation { create${model}(input: {}) { id } }`);
  const got = await data.run(editor, `{ ${one}(${key}: ${ref}) { id ${key} } }`);
  expect(got).toMatchObject({ errors: [], data: { [one]: { id, [key]: value } } });
  const seat = await data.run(
    editor,
    `mutation { createSeat(input: { ${one}: { ${key}: ${ref} } }) { ${one} { id } } }`,
  );
  expect(seat).toMatchObject({ errors: [], data: { createSeat: { [one]: { id } } } });
  const enter = (representation: object) =>
    data.run(editor, `query ($r: [_Any!]!) { _entities(representations: $r) { ... on ${model} { id } } }`, {
      r: [{ __typename: model, ...representation }],
    });
  expect((await enter({ [key]: value })).data._entities).toEqual([{ id }]);
});

test.each([
  ['a number as text', { number: '-5' }],
  ['a number beyond 32 bits', { number: 2 ** 31 }],
  ['half a number', { number: 0.5 }],
  ['a list', { number: [-5] }],
  ['a number for a text', { text: 5 }],
])('what no key can be enters nothing: %s', async (_what, representation) => {
  const editor = member(newId(), 'EDITOR');
  await data.run(editor, `mutation { createDesk(input: { number: -5, text: "5" }) { id } }`);
  const { data: answer, errors } = await data.run(
    editor,
    'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Desk { id } } }',
    { r: [{ __typename: 'Desk', ...representation }] },
  );
  expect([answer._entities, errors]).toEqual([[null], []]);
});
