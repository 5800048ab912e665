import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { conditionsIn, faultOf, whereOf, writeConditions } from './conditions.ts';
import type { Model, ModelField } from './use-models.ts';

const field = (name: string, different: Partial<ModelField>): ModelField => ({
  name,
  type: 'String',
  required: true,
  unique: false,
  system: false,
  filterable: true,
  sortable: true,
  target: null,
  entity: null,
  description: null,
  ...different,
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
    field('key', {}),
    field('delay', { type: 'Int' }),
    field('gate', { required: false }),
    field('origin', { type: 'ID', target: 'Airport' }),
    field('body', { type: 'JSON', filterable: false }),
  ],
  lists: [],
};

describe('the filter of a list', () => {
  test('becomes the graph’s own: all conditions at once, texts without regard to case', () => {
    const conditions = [
      { field: 'key', comparison: 'contains', text: 'DTW' },
      { field: 'delay', comparison: 'gte', text: '15' },
      { field: 'gate', comparison: 'isNotNull', text: '' },
      { field: 'origin', comparison: 'eq', text: 'a1' },
    ];
    expect(whereOf(conditions, model)).toEqual({
      and: [
        { key: { contains: 'DTW', ignoreCase: true } },
        { delay: { gte: 15 } },
        { gate: { isNull: false } },
        { origin: { eq: 'a1' } },
      ],
    });
    expect(whereOf([], model)).toBeNull();
  });

  test.each([
    ['a field the model has not', { field: 'nothing', comparison: 'eq', text: 'x' }],
    ['a field the graph does not filter by', { field: 'body', comparison: 'eq', text: '{}' }],
    ['a number that is none', { field: 'delay', comparison: 'gte', text: 'late' }],
    ['a comparison that is none', { field: 'key', comparison: 'like', text: 'x' }],
    ['a comparison of another type', { field: 'delay', comparison: 'contains', text: '1' }],
    ['nothing to compare with', { field: 'key', comparison: 'eq', text: ' ' }],
  ])('says what is wrong with %s, and does not ask for it', (_what, condition) => {
    expect(faultOf(condition, model)).toMatch(/\.$/);
    // Nothing is asked, also of the conditions beside it: everything would be shown as if it fitted.
    const others = [{ field: 'key', comparison: 'contains', text: 'DTW' }];
    expect(whereOf([condition], model)).toBeUndefined();
    expect(whereOf([...others, condition], model)).toBeUndefined();
  });

  test('keeps what an address has and no filter is, to be told as such', () => {
    expect(conditionsIn(new URLSearchParams('where=key'))).toEqual([
      { field: 'key', comparison: '', text: '' },
    ]);
  });

  test('comes back from the address of the page as it went there, whatever was typed', () => {
    const condition = fc.record({
      field: fc.constantFrom('key', 'delay', 'gate'),
      comparison: fc.constantFrom('eq', 'contains', 'isNull'),
      text: fc.string({ unit: 'grapheme' }),
    });
    fc.assert(
      fc.property(fc.array(condition, { maxLength: 5 }), (conditions) => {
        const address = writeConditions(new URLSearchParams('sort=-delay'), conditions).toString();
        const read = new URLSearchParams(address);
        expect(conditionsIn(read)).toEqual(conditions);
        expect(read.get('sort')).toBe('-delay');
      }),
    );
  });
});
