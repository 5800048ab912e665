import { openDocumentStore } from '@tributary/engines/document-store/open';
import { newId, systemClock } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDocumentStore } from '../src/documents/document-store.ts';
import type { ItemStore } from '../src/items/item-store.ts';
import { type Model, modelNamed } from '../src/models/model.ts';
import { ItemReader } from '../src/reading/item-reader.ts';
import { createRecordStore } from '../src/records/record-store.ts';
import { createItems } from '../src/usecases/create-items.ts';
import type { WriteParts } from '../src/usecases/write-parts.ts';
import { modelsOf } from './models-of.ts';
import { member, type OpenData, openData } from './open-data.ts';

const access = '@access(read: [MEMBER], write: [EDITOR])';
const sources = [
  `type Node @model ${access} { name: String  parent: Node }
   type Memo @model(store: DOCUMENT) ${access} { name: String }`,
];
const models = modelsOf(sources);

let data: OpenData;
beforeAll(async () => {
  data = await openData(sources);
});
afterAll(() => data[Symbol.asyncDispose]());

/** What a write is made with, `before` it reaches the store. */
async function partsFor(
  principal: Principal,
  before: () => Promise<unknown>,
  signal?: AbortSignal,
): Promise<WriteParts> {
  const documents = await openDocumentStore('embedded:', { relational: data.relational });
  const stored = (model: Model): ItemStore =>
    model.store === 'DOCUMENT'
      ? createDocumentStore(model, documents)
      : createRecordStore(model, models, data.relational);
  const stores = new Map(
    [...models.values()].map((model): [string, ItemStore] => {
      const store = stored(model);
      const create: ItemStore['create'] = async (items, by) => {
        await before();
        return store.create(items, by);
      };
      return [model.name, { ...store, create }];
    }),
  );
  const reader = new ItemReader({ models, stores }, principal);
  return { models, stores, principal, reader, clock: systemClock, signal };
}

test('of many, those alone are refused whose reference goes while they are made', async () => {
  const editor = member(newId(), 'EDITOR');
  const node = modelNamed(models, 'Node');
  const make = async (): Promise<string> =>
    (await data.run(editor, 'mutation { createNode(input: {}) { id } }')).data.createNode.id;
  const parents = [await make(), await make(), await make()];
  const going = [...parents.slice(1)];
  const remove = async (): Promise<void> => {
    const id = going.shift();
    if (id === undefined) return;
    const { errors } = await data.run(editor, 'mutation ($id: ID!) { deleteNode(id: $id) { id } }', { id });
    expect(errors).toEqual([]);
  };
  const parts = await partsFor(editor, remove);
  await data.takeEvents();
  const inputs = parents.map((parentId, n) => ({ name: String(n), parentId }));
  const made = await createItems(node, [...inputs, { name: '3' }], parts);
  expect(made).toMatchObject([
    { name: '0', parent: parents[0] },
    { code: 'NOT_FOUND', details: { field: 'parent' } },
    { code: 'NOT_FOUND', details: { field: 'parent' } },
    { name: '3', parent: null },
  ]);
  const events = await data.takeEvents();
  expect(events.filter(({ event }) => event.type === 'data.record.created')).toHaveLength(2);
});

test.each(['Node', 'Memo'])('a %s for which nobody waits any more is not made', async (name) => {
  const editor = member(newId(), 'EDITOR');
  await data.takeEvents();
  const leaving = new AbortController();
  const parts = await partsFor(editor, async () => undefined, leaving.signal);
  leaving.abort();
  await expect(createItems(modelNamed(models, name), [{ name: 'x' }], parts)).rejects.toMatchObject({
    code: 'DEADLINE_EXCEEDED',
  });
  expect(await data.takeEvents()).toEqual([]);
});
