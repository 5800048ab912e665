import { newId } from '@tributary/runtime';
import { composeSupergraph } from '@tributary/schema';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { modelsOf } from './models-of.ts';
import { member, type OpenData, openData } from './open-data.ts';

const access = '@access(read: [PUBLIC], write: [EDITOR])';
const models = [
  `type Airport @model ${access} { iata: String! @unique  photo: File @index  importRun: Run }`,
  `type Note @model(store: DOCUMENT) ${access} { title: String  photo: File }`,
];
const workspaceId = newId();
const editor = member(workspaceId, 'EDITOR');
let data: OpenData;

beforeAll(async () => {
  data = await openData(models);
});
afterAll(() => data[Symbol.asyncDispose]());

describe.each([
  { one: 'airport', many: 'airports', type: 'Airport', own: 'iata' },
  { one: 'note', many: 'notes', type: 'Note', own: 'title' },
])('a file named by $type', ({ one, many, type, own }) => {
  const create = (input: object) =>
    data.run(
      editor,
      `mutation ($input: ${type}Input!) { create${type}(input: $input) { id version photo { __typename id } } }`,
      { input },
    );

  test('is kept as its id, shown as the entity, changed and emptied, and each change is in its event', async () => {
    const [first, second] = [newId(), newId()];
    await data.takeEvents();
    const made = await create({ [own]: `${type}-1`, photoId: first });
    expect(made.errors).toEqual([]);
    const item = made.data[`create${type}`];
    expect(item.photo).toEqual({ __typename: 'File', id: first });
    const update = `mutation ($id: ID!, $input: ${type}Patch!) { update${type}(id: $id, input: $input) { photo { id } } }`;
    const changed = await data.run(editor, update, { id: item.id, input: { photoId: second } });
    expect(changed.data[`update${type}`]).toEqual({ photo: { id: second } });
    const emptied = await data.run(editor, update, { id: item.id, input: { photoId: null } });
    expect(emptied.data[`update${type}`]).toEqual({ photo: null });
    const events = (await data.takeEvents()).map(
      ({ event }) =>
        event.data as { before: { photo: unknown } | null; after: { photo: unknown }; changed: string[] },
    );
    expect(events.map(({ after }) => after.photo)).toEqual([first, second, null]);
    expect(events.map(({ before }) => before?.photo)).toEqual([undefined, first, second]);
    expect(events.slice(1).map(({ changed: fields }) => fields)).toEqual([['photo'], ['photo']]);
  });

  test('finds the items that name it, by equality, by list and by absence', async () => {
    const [wanted, other] = [newId(), newId()];
    await create({ [own]: `${type}-with`, photoId: wanted });
    await create({ [own]: `${type}-other`, photoId: other });
    await create({ [own]: `${type}-none` });
    const found = async (photo: object) => {
      const where = {
        and: [{ [own]: { in: [`${type}-with`, `${type}-other`, `${type}-none`] } }, { photo }],
      };
      const answer = await data.run(
        editor,
        `query ($where: ${type}Where) { ${many}(where: $where, orderBy: [{ ${own}: ASC }]) { nodes { ${own} } } }`,
        { where },
      );
      expect(answer.errors).toEqual([]);
      return answer.data[many].nodes.map((node: Record<string, string>) => node[own]);
    };
    expect(await found({ eq: wanted })).toEqual([`${type}-with`]);
    expect(await found({ in: [wanted, other] })).toEqual([`${type}-other`, `${type}-with`]);
    expect(await found({ isNull: true })).toEqual([`${type}-none`]);
    expect(await found({ ne: other })).toContain(`${type}-with`);
  });

  test('is refused, naming the field, when it is no id', async () => {
    for (const photoId of ['photo.jpg', '', newId().toUpperCase(), 7]) {
      const refused = await create({ [own]: `${type}-bad`, photoId });
      expect(refused.code, String(photoId)).toBe('BAD_USER_INPUT');
      expect(refused.errors[0]?.extensions['field']).toBe('photoId');
    }
    const compared = await data.run(editor, `{ ${many}(where: { photo: { eq: "x" } }) { nodes { id } } }`);
    expect(compared.code).toBe('BAD_USER_INPUT');
  });

  test('is part of what a subscriber is sent and can ask for', async () => {
    const photoId = newId();
    await data.takeEvents();
    await create({ [own]: `${type}-followed`, photoId });
    const [created] = await data.takeEvents();
    if (created === undefined) throw new Error('no event');
    const follow = (id: string) =>
      data.run(
        editor,
        `subscription ($where: ${type}Where) { ${one}Changed(where: $where) { ${one} { photo { id } } } }`,
        { where: { photo: { eq: id } } },
        { event: created.event, cursor: 'c' },
      );
    expect((await follow(photoId)).data).toEqual({
      [`${one}Changed`]: { [one]: { photo: { id: photoId } } },
    });
    expect((await follow(newId())).data).toEqual({ [`${one}Changed`]: null });
  });
});

test('entities of others appear only where a model names them, and nobody can ask data to resolve one', async () => {
  expect(data.sdl).toContain('type File @key(fields: "id", resolvable: false)');
  await using without = await openData([models[1] ?? '']);
  expect(without.sdl).toContain('type File ');
  expect(without.sdl).not.toContain('type Run ');
  const asked = await data.run(
    editor,
    'query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }',
    { r: [{ __typename: 'File', id: newId() }] },
  );
  expect(asked.code).toBe('BAD_USER_INPUT');
});

test('the graph composes while the owners of its entities are not part of it', () => {
  expect(composeSupergraph([{ name: 'data', sdl: data.sdl }])).toContain('photo: File');
});

test('a reference to another subgraph is optional, single and unique for nobody; its name is no model', () => {
  const faults = (fields: string): string => {
    try {
      modelsOf([fields]);
    } catch (error) {
      return String(error);
    }
    return '';
  };
  expect(faults(`type A @model ${access} { photo: File! }`)).toContain('write it without !');
  expect(faults(`type A @model ${access} { title: String photos: [File!]! }`)).toContain(
    'lists of File are not stored',
  );
  expect(faults(`type A @model ${access} { photo: File @unique }`)).toContain('@unique does not go with');
  expect(faults(`type A @model ${access} { photo: File photoId: String }`)).toContain(
    'stored under the same name',
  );
  expect(faults(`type File @model ${access} { name: String }`)).toContain('taken by the system');
  expect(faults(`type A @model ${access} { photo: Fil }`)).toContain('is File meant?');
});
