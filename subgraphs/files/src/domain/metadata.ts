import { CodedError } from '@tributary/runtime';
import type { MetadataValue } from './file.ts';

const mostKeys = 50;
const longestText = 500;
const key = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

/** Metadata as it is kept. @throws CodedError BAD_USER_INPUT for more keys, other keys or other values than metadata holds. */
export function metadataOf(value: unknown): Readonly<Record<string, MetadataValue>> {
  if (value === null || value === undefined) return {};
  if (typeof value !== 'object' || Array.isArray(value)) throw refused('is an object');
  const entries = Object.entries(value);
  if (entries.length > mostKeys) throw refused(`has ${mostKeys} keys at most`);
  for (const [name, inner] of entries) {
    if (!isMetadataKey(name))
      throw refused('has keys of letters, digits, _ and -, 64 at most, a letter first');
    if (!isMetadataValue(inner))
      throw refused(`has texts of ${longestText} characters at most, numbers and booleans`);
  }
  return Object.fromEntries(entries.map(([name, inner]) => [name, keptValue(inner)]));
}

export function isMetadataKey(name: string): boolean {
  return key.test(name) && name !== 'constructor' && name !== 'prototype';
}

export function isMetadataValue(value: unknown): value is MetadataValue {
  if (typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value === 'string' && value.length <= longestText && !/\0|\p{Surrogate}/u.test(value);
}

/** One text for what is read as one, as names have it: macOS writes `É` in two characters, and a search is typed in one. */
export function keptValue(value: MetadataValue): MetadataValue {
  return typeof value === 'string' ? value.normalize('NFC') : value;
}

function refused(rule: string): CodedError {
  return new CodedError('BAD_USER_INPUT', `metadata ${rule}.`, { details: { argument: 'metadata' } });
}
