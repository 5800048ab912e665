import { expect, test } from 'vitest';
import { isMadeOf } from './made-of.ts';
import type { ModelField } from './use-models.ts';

const field = (name: string, type: string, target: string | null = null): ModelField => ({
  name,
  type,
  target,
  required: false,
  unique: false,
  system: false,
  filterable: true,
  sortable: true,
  entity: null,
  description: null,
});

const fields = [
  field('name', 'String'),
  field('delay', 'Float'),
  field('leaves', 'DateTime'),
  field('origin', 'ID', 'Airport'),
  field('facts', 'JSON'),
];
const model = { fields };
const sent = {
  name: 'Half',
  delay: 1,
  leaves: '2026-01-01T00:00:00.000Z',
  origin: 'a',
  facts: { b: 1, a: 2 },
};
const item = {
  ...sent,
  id: 'i',
  version: 1,
  leaves: '2026-01-01T00:00:00Z',
  origin: { id: 'a', name: 'A' },
  facts: { a: 2, b: 1 },
};

test('an item is what was sent, however the server writes it, and not where one value is another', () => {
  expect(isMadeOf(model, item, sent)).toBe(true);
  expect(isMadeOf(model, { ...item, delay: 7 }, { name: 'Half' })).toBe(true);
  for (const change of [{ name: 'Whole' }, { delay: 2 }, { origin: null }, { leaves: null }])
    expect(isMadeOf(model, { ...item, ...change }, sent)).toBe(false);
});
