import { CodedError, type ExactJson, exactJson, jsonMembers } from '@tributary/runtime';
import { WrittenJson } from './cell-value.ts';
import type { ReadRow } from './read-row.ts';

/** Numbers with fewer digits come back from a double as they are written. */
const manyDigits = /\d{16}|[\d.]{17}/;

/** The rows of a JSON array. @throws CodedError BAD_USER_INPUT for what is none */
export function* jsonRows(text: string): Generator<ReadRow> {
  const read = exactJson(text);
  if (!isJson(read) || !/^\s*\[/.test(text))
    throw new CodedError('BAD_USER_INPUT', 'The file is no JSON array of objects.');
  if ('value' in read && !manyDigits.test(text))
    for (const item of read.value as unknown[]) yield rowOf(item);
  else for (const { text: item } of jsonMembers(text)) yield jsonRow(item);
}

/**
 * A row as it is written. What a value does not hold (12345678901234567890, the same key twice) stands in its cell as it is written, for the field that it is meant for to
 * take or to refuse: of a column that nothing asks for it may be there.
 */
export function jsonRow(text: string): ReadRow {
  const read = exactJson(text);
  if ('value' in read && !manyDigits.test(text)) return rowOf(read.value);
  if (!isJson(read) || !/^\s*\{/.test(text)) return rowOf(undefined);
  const cells = new Map<string, unknown>();
  for (const { key = '', text: written } of jsonMembers(text)) {
    if (cells.has(key)) return { fault: `it has the field ${key.slice(0, 100)} twice` };
    cells.set(key, cellOf(written));
  }
  return { row: Object.fromEntries(cells) };
}

function isJson(read: ExactJson): boolean {
  return 'value' in read || read.cause === undefined;
}

function cellOf(written: string): unknown {
  const read = exactJson(written);
  if (!('value' in read)) return new WrittenJson(written);
  return typeof read.value === 'number' && manyDigits.test(written) && String(read.value) !== written
    ? new WrittenJson(written)
    : read.value;
}

function rowOf(value: unknown): ReadRow {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? { row: value as Readonly<Record<string, unknown>> }
    : { fault: 'it is no JSON object' };
}
