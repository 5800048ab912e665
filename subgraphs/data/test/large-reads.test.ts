import { openDocumentStore } from '@tributary/engines/document-store/open';
import { newId } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDocumentStore } from '../src/documents/document-store.ts';
import { modelNamed } from '../src/models/model.ts';
import { ItemReader, keysOnly } from '../src/reading/item-reader.ts';
import { createRecordStore } from '../src/records/record-store.ts';
import { modelsOf } from './models-of.ts';
import { member, type OpenData, openData } from './open-data.ts';

const sources = [
  `
type Memo @model(store: DOCUMENT) @access(read: [OWNER_OF_ROW, ADMIN], write: [OWNER_OF_ROW]) { title: String body: JSON }
type Sheet @model @access(read: [OWNER_OF_ROW, ADMIN], write: [OWNER_OF_ROW]) { title: String body: JSON }`,
];
const models = modelsOf(sources);
const names = ['Memo', 'Sheet'] as const;

let data: OpenData;
beforeAll(async () => {
  data = await openData(sources);
});
afterAll(() => data[Symbol.asyncDispose]());

async function readerFor(as: Principal): Promise<ItemReader> {
  const documents = await openDocumentStore('embedded:', { relational: data.relational });
  const stores = new Map([
    ['Memo', createDocumentStore(modelNamed(models, 'Memo'), documents)],
    ['Sheet', createRecordStore(modelNamed(models, 'Sheet'), models, data.relational)],
  ]);
  return new ItemReader({ models, stores }, as);
}

/** So many items of so many bytes, after each other in the order of their ids. */
async function make(as: Principal, model: string, count: number, bytes: number): Promise<void> {
  const body = Array.from({ length: Math.ceil(bytes / 100_000) }, () => 'x'.repeat(Math.min(bytes, 100_000)));
  const atOnce = Math.max(1, Math.min(count, Math.floor(2_000_000 / bytes)));
  for (let made = 0; made < count; made += atOnce) {
    const input = Array.from({ length: Math.min(atOnce, count - made) }, (_, n) => ({
      title: `${made + n}`,
      body,
    }));
    const { errors, data: answer } = await data.run(
      as,
      `mutation ($input: [${model}Input!]!) { create${model}s(input: $input) { error { code } } }`,
      { input },
    );
    expect([
      errors,
      answer[`create${model}s`].filter((each: { error: unknown }) => each.error !== null),
    ]).toEqual([[], []]);
  }
}

test.each(names)(
  'all of %s is read a few megabytes at a time, also where large items follow many small ones',
  async (name) => {
    const editor = member(newId(), 'EDITOR');
    await make(editor, name, 900, 100);
    await make(editor, name, 40, 900_000);
    await make(editor, name, 100, 100);
    const reader = await readerFor(editor);
    const ids: string[] = [];
    let largest = 0;
    for await (const items of reader.all(modelNamed(models, name))) {
      ids.push(...items.map(({ id }) => id));
      largest = Math.max(largest, JSON.stringify(items).length);
    }
    expect([ids.length, new Set(ids).size]).toEqual([1_040, 1_040]);
    expect(largest).toBeLessThan(9 * 1024 * 1024);
    const { status, lines } = await data.rows(editor, name);
    expect([status, lines.map(({ id }) => id)]).toEqual([200, ids]);
  },
  60_000,
);

test.each(names)(
  'of %s a list reads what it is asked for, and what is too much is refused with a code',
  async (name) => {
    const editor = member(newId(), 'EDITOR');
    await make(editor, name, 40, 900_000);
    const reader = await readerFor(editor);
    const page = await reader
      .list(modelNamed(models, name), { first: 40, orderBy: [{ title: 'ASC' }] }, keysOnly)
      .nodes();
    expect(
      page.map((item) =>
        Object.keys(item)
          .filter((field) => !['id', 'version'].includes(field))
          .sort(),
      ),
    ).toEqual(page.map(() => ['createdBy', 'title']));
    const list = (fields: string) =>
      data.run(editor, `{ ${name.toLowerCase()}s(first: 40) { nodes { ${fields} } } }`);
    expect((await list('id title')).data[`${name.toLowerCase()}s`].nodes).toHaveLength(40);
    expect((await list('id body')).code).toBe('PAYLOAD_TOO_LARGE');
  },
  60_000,
);
