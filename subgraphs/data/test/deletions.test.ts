import { newId } from '@tributary/runtime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { member, type OpenData, openData } from './open-data.ts';

const own = '@access(read: [MEMBER], write: [OWNER_OF_ROW, ADMIN])';

let data: OpenData;
beforeAll(async () => {
  data = await openData([
    `type Place @model ${own} { name: String  next: Place }
     type Memo @model(store: DOCUMENT) ${own} { place: Place  next: Memo }`,
  ]);
});
afterAll(() => data[Symbol.asyncDispose]());

const remove = (model: string) =>
  `mutation ($id: ID!, $version: Int) { delete${model}(id: $id, expectedVersion: $version) { id } }`;

test('deletions as many as the database has connections, of what documents may refer to, wait for none of each other', async () => {
  const editor = member(newId(), 'EDITOR');
  const { max } = data.relational.pool.options;
  const input = Array.from({ length: 3 * max }, (_, n) => ({ name: String(n) }));
  const made = await data.run(
    editor,
    'mutation ($input: [PlaceInput!]!) { createPlaces(input: $input) { place { id } } }',
    { input },
  );
  const ids: string[] = made.data.createPlaces.map(({ place }: { place: { id: string } }) => place.id);
  const answers = await Promise.all(ids.map((id) => data.run(editor, remove('Place'), { id })));
  expect(answers.filter(({ code }) => code !== undefined)).toEqual([]);
});

test('whether documents refer to an item is told to whoever may delete it, and to nobody else', async () => {
  const workspaceId = newId();
  const maker = member(workspaceId, 'EDITOR');
  const { id } = (await data.run(maker, 'mutation { createPlace(input: {}) { id } }')).data.createPlace;
  await data.run(maker, 'mutation ($id: ID!) { createMemo(input: { placeId: $id }) { id } }', { id });
  const codes = async (as: typeof maker, version?: number) =>
    (await data.run(as, remove('Place'), { id, version })).code;
  expect([
    await codes(member(newId(), 'ADMIN')),
    await codes(member(workspaceId, 'EDITOR')),
    await codes(maker, 2),
    await codes(maker, 1),
    await codes(member(workspaceId, 'ADMIN')),
  ]).toEqual(['NOT_FOUND', 'FORBIDDEN', 'VERSION_CONFLICT', 'STILL_REFERENCED', 'STILL_REFERENCED']);
});

describe.each(['Place', 'Memo'])('a %s that refers to itself', (model) => {
  const editor = member(newId(), 'EDITOR');
  const make = async (next?: string): Promise<string> => {
    const { data: made } = await data.run(
      editor,
      `mutation ($input: ${model}Input!) { create${model}(input: $input) { id } }`,
      { input: next === undefined ? {} : { nextId: next } },
    );
    return made[`create${model}`].id;
  };
  const pointToItself = async (): Promise<string> => {
    const id = await make();
    await data.run(editor, `mutation ($id: ID!) { update${model}(id: $id, input: { nextId: $id }) { id } }`, {
      id,
    });
    return id;
  };

  test('is deleted', async () => {
    const id = await pointToItself();
    expect((await data.run(editor, remove(model), { id })).errors).toEqual([]);
    const { data: left } = await data.run(
      editor,
      `query ($id: ID!) { ${model.toLowerCase()}(id: $id) { id } }`,
      { id },
    );
    expect(left).toEqual({ [model.toLowerCase()]: null });
  });

  test('is not while another does, too', async () => {
    const id = await pointToItself();
    await make(id);
    expect((await data.run(editor, remove(model), { id })).errors[0]?.extensions).toMatchObject({
      code: 'STILL_REFERENCED',
      count: 1,
    });
  });
});
