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

test('an item that was loaded for its id alone is loaded again for who needs its fields', async () => {
  const editor = member(newId(), 'EDITOR');
  const ids = await makeAirports(data, editor, [{ iata: 'DTW' }]);
  const models = modelsOf(modelFiles().map(({ text }) => text));
  const airport = modelNamed(models, 'Airport');
  const stores = new Map<string, ItemStore>([
    ['Airport', createRecordStore(airport, models, data.relational)],
  ]);
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
