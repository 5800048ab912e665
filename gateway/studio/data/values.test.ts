import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ModelField } from './use-models.ts';
import { editableText, parseValue, readableText } from './values.ts';

const of = (type: string, required = true): ModelField => ({
  name: 'field',
  type,
  required,
  unique: false,
  system: false,
  filterable: true,
  sortable: true,
  target: null,
  entity: null,
  description: null,
});

const values: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  String: fc.string({ minLength: 1 }).filter((text) => text.trim() !== ''),
  Int: fc.integer(),
  Float: fc.double({ noNaN: true, noDefaultInfinity: true }),
  Boolean: fc.boolean(),
  DateTime: fc
    .date({ noInvalidDate: true, min: new Date(0), max: new Date('2100-01-01') })
    .map((date) => date.toISOString()),
  JSON: fc.jsonValue(),
};

test.each(Object.entries(values))(
  'a %s that is opened for editing and left alone stays what it was',
  (type, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, (value) => {
        const parsed = parseValue(of(type, false), editableText(of(type), value));
        expect(parsed).toEqual({ value: value === null ? null : JSON.parse(JSON.stringify(value)) });
      }),
    );
  },
);

test.each([
  ['Int', '1.5'],
  ['Int', '2147483648'],
  ['Int', '-2147483649'],
  ['Int', '1e999'],
  ['Float', 'many'],
  ['Float', 'Infinity'],
  ['Boolean', 'yes'],
  ['DateTime', 'yesterday'],
  ['DateTime', '5'],
  ['DateTime', 'Airport 1'],
  ['DateTime', 'room 12'],
  ['DateTime', '1 Jan 2001'],
  ['DateTime', '2001-02-30'],
  ['DateTime', '2001-01-01T25:00:00Z'],
  ['JSON', '{'],
  ['JSON', '{"n": 12345678901234567890}'],
  ['JSON', '{"a": 1, "a": 2}'],
])('what is no %s is refused in words: %s', (type, text) => {
  expect(parseValue(of(type), text)).toEqual({ fault: expect.stringMatching(/\w/) });
});

test.each([2_147_483_647, -2_147_483_648])('the outermost Int is one: %d', (value) => {
  expect(parseValue(of('Int'), String(value))).toEqual({ value });
});

test('nothing typed empties what may be empty, and is a fault of what may not', () => {
  expect(parseValue(of('String', false), ' ')).toEqual({ value: null });
  expect(parseValue(of('String', true), '')).toEqual({ fault: 'A value is needed.' });
});

test.each([
  ['2001-01-01T10:00:00Z', '2001-01-01T10:00:00.000Z'],
  ['2001-01-01t10:00:00z', '2001-01-01T10:00:00.000Z'],
  ['2001-01-01T10:00:00+02:00', '2001-01-01T08:00:00.000Z'],
  ['2001-01-01 10:00', '2001-01-01T10:00:00.000Z'],
  ['2001-01-01', '2001-01-01T00:00:00.000Z'],
])('the moment %s is %s, wherever one sits', (text, value) => {
  expect(parseValue(of('DateTime'), text)).toEqual({ value });
});

test('moments are read in UTC, like the data itself, wherever one sits', () => {
  expect(readableText(of('DateTime'), '2001-01-01T00:47:00.000Z')).toBe('1 Jan 2001, 00:47');
});
