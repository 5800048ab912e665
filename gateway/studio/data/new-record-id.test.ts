import { isId } from '@tributary/runtime';
import { expect, test } from 'vitest';
import { newRecordId } from './new-record-id.ts';

test('ids of records that the console makes are ids, of this moment, and no two the same', () => {
  const ids = Array.from({ length: 500 }, newRecordId);
  expect(ids.every(isId)).toBe(true);
  expect(new Set(ids).size).toBe(500);
  const madeMs = ids.map((id) => Number.parseInt(id.replace('-', '').slice(0, 12), 16));
  for (const ms of madeMs) expect(Math.abs(ms - Date.now())).toBeLessThan(60_000);
  expect(ids.every((id) => /^.{14}7.{4}[89ab]/.test(id))).toBe(true);
});
