import { CodedError } from '@tributary/runtime';
import { isStorable } from '../filter/checked-filter.ts';
import {
  type DocumentWrite,
  documentLimits,
  type IndexDeclaration,
  type ReadOptions,
  type StoredDocument,
} from './port.ts';

const pollutingKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Holds a document to what every engine stores unchanged and answers its fields as JSON.
 * @throws CodedError BAD_USER_INPUT (details.path) or PAYLOAD_TOO_LARGE
 */
export function checkedJson(document: StoredDocument, indexes: readonly IndexDeclaration[]): string {
  for (const key of [document.id, document.workspaceId]) {
    if (key.length === 0 || key.length > 128 || !isStorable(key))
      throw refused([], 'an id that cannot be stored');
  }
  if (!Number.isSafeInteger(document.version) || document.version < 1)
    throw new RangeError('versions start at 1');
  checkValue(document.fields, []);
  const json = JSON.stringify(document.fields);
  const { sizeBytes, indexedBytes } = documentLimits;
  if (Buffer.byteLength(json) > sizeBytes) {
    throw new CodedError('PAYLOAD_TOO_LARGE', `A document may have ${sizeBytes} bytes.`, {
      details: { sizeBytes },
    });
  }
  for (const { fields, name } of indexes) {
    const values = fields.map((field) => document.fields[field]);
    const areScalars = values.every((value) => typeof value !== 'object' || value === null);
    if (areScalars && Buffer.byteLength(JSON.stringify(values)) <= indexedBytes) continue;
    const message = `The fields ${fields.join(', ')} are indexed: they hold single values, of ${indexedBytes} bytes together.`;
    throw new CodedError('BAD_USER_INPUT', message, { details: { index: name, indexedBytes } });
  }
  return json;
}

/** `path` is where `value` is; one array serves the whole walk, and a refusal leaves it pointing at the fault. */
function checkValue(value: unknown, path: string[]): void {
  switch (typeof value) {
    case 'string':
      if (!isStorable(value)) throw refused(path, 'text that cannot be stored');
      return;
    case 'number':
      if (!Number.isFinite(value)) throw refused(path, 'a number that JSON does not have');
      return;
    case 'boolean':
    case 'undefined':
      return;
    case 'object':
      if (value !== null) checkContainer(value, path);
      return;
    default:
      throw refused(path, `a ${typeof value}, which JSON does not have`);
  }
}

function checkContainer(value: object, path: string[]): void {
  if (path.length >= documentLimits.depth) throw refused(path, 'values nested too deep');
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      if (item === undefined) throw refused(path, 'a list with holes');
      path.push(String(index));
      checkValue(item, path);
      path.pop();
    }
    return;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    throw refused(path, 'an object that is not plain JSON');
  for (const [key, item] of Object.entries(value)) {
    const isSafe =
      key.length > 0 &&
      !key.startsWith('$') &&
      !key.includes('.') &&
      !pollutingKeys.has(key) &&
      isStorable(key);
    if (!isSafe)
      throw refused(
        path,
        'a key that is not allowed: empty, starting with $, with a dot, or the name of a prototype',
      );
    path.push(key);
    checkValue(item, path);
    path.pop();
  }
}

function refused(path: readonly string[], what: string): CodedError {
  const shown = path.join('.').slice(0, 200);
  const where = shown === '' ? 'The document' : `The document, at ${shown},`;
  return new CodedError('BAD_USER_INPUT', `${where} has ${what}.`, { details: { path: shown } });
}

/** The refusal of values that another document has; `index` is undefined when that one is gone again. */
export function takenIn(index: string | undefined, cause?: unknown): CodedError {
  const place = index === undefined ? '' : ` in ${index}`;
  return new CodedError('CONFLICT', `Another document has the same values${place}.`, {
    ...(cause === undefined ? {} : { cause }),
    details: index === undefined ? {} : { index },
  });
}

/** @throws CodedError BAD_USER_INPUT for more documents than one bulk takes */
export function checkBulkSize(writes: readonly DocumentWrite[]): void {
  const { perWrite } = documentLimits;
  if (writes.length <= perWrite) return;
  throw new CodedError('BAD_USER_INPUT', `At most ${perWrite} documents can be written at once.`, {
    details: { limit: perWrite },
  });
}

/** @throws CodedError PAYLOAD_TOO_LARGE when the fields of a bulk, as JSON, are larger than one bulk takes */
export function checkBulkBytes(sizeBytes: number): void {
  const { writeBytes } = documentLimits;
  if (sizeBytes <= writeBytes) return;
  const message = `Documents written at once may have ${writeBytes} bytes together.`;
  throw new CodedError('PAYLOAD_TOO_LARGE', message, { details: { sizeBytes: writeBytes } });
}

/** What a read of up to so many documents may answer; undefined for one alone, which always comes. */
export function readBound(documents: number, { mostBytes }: ReadOptions): number | undefined {
  return documents <= 1 ? undefined : (mostBytes ?? documentLimits.readBytes);
}

/** @throws CodedError BAD_USER_INPUT for more documents than one read gives */
export function checkReadLimit(limit: number): void {
  const { perRead } = documentLimits;
  if (Number.isSafeInteger(limit) && limit >= 0 && limit <= perRead) return;
  throw new CodedError('BAD_USER_INPUT', `At most ${perRead} documents can be read at once.`, {
    details: { limit: perRead },
  });
}
