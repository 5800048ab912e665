import { newId } from '@tributary/runtime';
import { modelFiles } from '@tributary/schema';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ItemStore } from '../src/items/item-store.ts';
import { attributeOf, modelNamed } from '../src/models/model.ts';
import { ItemReader, keysOnly } from '../src/reading/item-reader.ts';
import { createRecordStore } from '../src/records/record-store.ts';
import { makeAirports } from './airports.ts';
import { modelsOf } from './models-of.ts';
import { member, type OpenData, openData } from './open-data.ts';

let data: OpenData;
beforeAll(async () => {
  data = await openData();
});
afterAll(() => data[Symbol.asyncDispose]());

const models = modelsOf(modelFiles().map(({ text }) => text));
const airport = modelNamed(models, 'Airport');

const said: string[] = [];
let stores: ReadonlyMap<string, ItemStore>;
beforeAll(() => {
  const listening = new Proxy(data.relational, {
    get: (target, name) => {
      if (name !== 'query') return Reflect.get(target, name);
      return (text: string, ...more: [readonly unknown[], string]) => {
        said.push(text.replace(/ FROM .*/, ''));
        return target.query(text, ...more);
      };
    },
  });
  stores = new Map([['Airport', createRecordStore(airport, models, listening)]]);
});

test('whoever asks a list for its count alone has no rows read, and each part of a page is read once', async () => {
  const editor = member(newId(), 'EDITOR');
  await makeAirports(data, editor, [{ iata: 'DTW' }, { iata: 'ORD' }]);
  const reader = new ItemReader({ models, stores }, editor);
  expect(await reader.list(airport, {}, keysOnly).totalCount()).toBe(2);
  expect(said).toEqual(['SELECT count(*)::integer AS count']);
  const page = reader.list(airport, { first: 1 }, keysOnly);
  const { hasNextPage } = await page.pageInfo();
  expect([hasNextPage, (await page.nodes()).length, (await page.edges()).length]).toEqual([true, 1, 1]);
  expect(said).toEqual(['SELECT count(*)::integer AS count', 'SELECT t."id" AS "id"']);
});

test('an item that was loaded for its id alone is loaded again for who needs its fields', async () => {
  const editor = member(newId(), 'EDITOR');
  const ids = await makeAirports(data, editor, [{ iata: 'DTW' }]);
  const reader = new ItemReader({ models, stores }, editor);
  const id = attributeOf(airport, 'id');
  if (id === undefined) throw new Error('no id');
  const value = ids['DTW'] ?? '';
  expect(await reader.byKey(airport, id, { value, attributes: keysOnly })).toEqual({ id: value });
  const fields = new Set(['iata', 'city']);
  expect(await reader.byKey(airport, id, { value, attributes: fields })).toEqual({
    id: value,
    iata: 'DTW',
    city: null,
  });
});
