import { expect, test } from 'vitest';
import { compileFilter, matches } from './evaluate.ts';
import type { Filter } from './port.ts';
import { filterToSql } from './sql.ts';

const refused = expect.objectContaining({ code: 'BAD_USER_INPUT' });
const eq = (field: string, value: string | number | null): Filter => ({
  kind: 'compare',
  field,
  op: 'eq',
  value,
});

test('a filter deeper or larger than the limits is refused before anything runs', () => {
  let deep: Filter = eq('a', 1);
  for (let depth = 0; depth < 10_000; depth += 1) deep = { kind: 'not', filter: deep };
  expect(() => compileFilter(deep)).toThrow(refused);
  expect(() => filterToSql(deep, { column: (field) => field, param: () => '$1' })).toThrow(refused);
  expect(() => compileFilter({ kind: 'or', filters: Array.from({ length: 300 }, () => eq('a', 1)) })).toThrow(
    refused,
  );
  expect(() =>
    compileFilter({ kind: 'in', field: 'a', values: Array.from({ length: 1_001 }, (_, n) => n) }),
  ).toThrow(refused);
  expect(() =>
    compileFilter({ kind: 'text', field: 'a', op: 'contains', value: 'x'.repeat(257), ignoreCase: true }),
  ).toThrow(refused);
});

test('operators, paths and text that no engine stores are refused as field names and values', () => {
  for (const field of ['', '$where', 'a.b', 'a\0b', '\ud800', 'x'.repeat(129)])
    expect(() => compileFilter(eq(field, 1))).toThrow(refused);
  for (const value of ['\0', '\udc00', Number.NaN, Number.POSITIVE_INFINITY, 'x'.repeat(4_097)]) {
    expect(() => compileFilter(eq('a', value))).toThrow(refused);
  }
});

test('what a row inherits is missing', () => {
  for (const field of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    expect(matches(eq(field, null), {})).toBe(true);
    expect(matches(eq(field, 'x'), JSON.parse(`{"${field}":"x"}`))).toBe(true);
  }
});

test('the negation of a comparison with null is true', () => {
  const below: Filter = { kind: 'compare', field: 'a', op: 'lt', value: 5 };
  expect(matches({ kind: 'not', filter: below }, { a: null })).toBe(true);
  expect(matches({ kind: 'not', filter: below }, {})).toBe(true);
});

test('a long text that was folded for one filter is folded anew when its row has another, and for each field by itself', () => {
  const contains = (field: string, value: string): Filter => ({
    kind: 'text',
    field,
    op: 'contains',
    value,
    ignoreCase: true,
  });
  const row = { a: `${'x'.repeat(100)}SEA`, b: `${'x'.repeat(100)}LAX` };
  expect([matches(contains('a', 'sea'), row), matches(contains('b', 'sea'), row)]).toEqual([true, false]);
  row.a = row.b;
  expect([matches(contains('a', 'sea'), row), matches(contains('a', 'lax'), row)]).toEqual([false, true]);
});
