import { expect, test } from 'vitest';
import { changedBetween, clashesOf } from './conflict.ts';
import type { Model, ModelField } from './use-models.ts';

const field = (name: string, more: Partial<ModelField> = {}): ModelField => ({
  name,
  type: 'String',
  required: false,
  unique: false,
  system: false,
  filterable: true,
  sortable: true,
  target: null,
  entity: null,
  description: null,
  ...more,
});
const model: Model = {
  name: 'Flight',
  description: null,
  store: 'RELATIONAL',
  singular: 'flight',
  plural: 'flights',
  writable: true,
  ownItemsOnly: false,
  room: false,
  fields: [
    field('id', { system: true, type: 'ID' }),
    field('version', { system: true, type: 'Int' }),
    field('number'),
    field('gate'),
    field('origin', { type: 'Airport', target: 'Airport' }),
  ],
  lists: [],
};
const read = { id: '1', version: 4, number: 'A1', gate: 'B2', origin: { id: 'a', iata: 'AAA' } };
const clashes = (wanted: object, theirs: object): Record<string, string> =>
  Object.fromEntries(
    clashesOf(model, {
      wanted: { ...wanted },
      read,
      current: { ...read, version: 5, ...theirs },
    }).map((found) => [found.field.name, found.clash]),
  );

test('a field counts as changed by whoever changed it, and only what both changed differently is a question', () => {
  expect(clashes({ number: 'A9' }, { gate: 'C3' })).toEqual({ number: 'mine', gate: 'theirs' });
  expect(clashes({ gate: 'D4' }, { gate: 'C3' })).toEqual({ gate: 'both' });
  expect(clashes({ gate: 'C3' }, { gate: 'C3' })).toEqual({ gate: 'agreed' });
});

test('a reference is compared by what it refers to, not by what that is called by now', () => {
  expect(clashes({}, { origin: { id: 'a', iata: 'AAB' } })).toEqual({});
  expect(clashes({ origin: 'b' }, { origin: { id: 'c', iata: 'CCC' } })).toEqual({ origin: 'both' });
  expect(clashes({ origin: 'c' }, { origin: { id: 'c', iata: 'CCC' } })).toEqual({ origin: 'agreed' });
  expect(clashes({ origin: null }, { gate: null })).toEqual({ gate: 'theirs', origin: 'mine' });
});

test('the version and other fields of the system are nobody’s change', () => {
  expect(changedBetween(model, read, { ...read, version: 9, gate: 'C3' }).map(({ name }) => name)).toEqual([
    'gate',
  ]);
});
