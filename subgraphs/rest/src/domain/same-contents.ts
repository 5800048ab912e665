import { isJsonObject } from './merge-patch.ts';

/**
 * Whether a record shows all that was given for it: objects by the fields given, because a record shows more of what it refers to, and
 * moments in whatever form. False where the record does not show a field, so it never takes another record for this one.
 */
export function showsAll(record: unknown, given: unknown): boolean {
  if (Array.isArray(given))
    return (
      Array.isArray(record) &&
      record.length === given.length &&
      given.every((item, at) => showsAll(record[at], item))
    );
  if (isJsonObject(given))
    return (
      isJsonObject(record) &&
      Object.entries(given).every(
        ([name, value]) => Object.hasOwn(record, name) && showsAll(record[name], value),
      )
    );
  return record === given || isSameMoment(record, given);
}

function isSameMoment(one: unknown, other: unknown): boolean {
  const [left, right] = [one, other].map((value) =>
    typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T/i.test(value) ? Date.parse(value) : Number.NaN,
  );
  return left === right;
}
