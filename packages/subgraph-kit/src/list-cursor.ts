import { CodedError, isId } from '@tributary/runtime';

/**
 * What is given out is taken back: a list may be in the order of four texts of 10,000 characters, each of six bytes in JSON (`\u0001`), in Base64. So large
 * that bodies, of 1 MiB, have room for one; a URL may have less.
 */
const maxLength = (4 * 10_000 * 6 * 4) / 3 + 1_000;

/**
 * A place in a list, opaque to clients: `[list, values…]` as Base64 of JSON. The list's name says all that gives its places their meaning (what is
 * listed, of what, in which order), so that a cursor fits no other list. It holds what its reader was shown and grants nothing, hence no signature:
 * the list's own predicate decides what follows it.
 */
export function listCursor(list: string, ...place: readonly unknown[]): string {
  return Buffer.from(JSON.stringify([list, ...place])).toString('base64url');
}

/** The place a cursor of this list names; undefined without a cursor. @throws CodedError CURSOR_INVALID */
export function listPlace<Place extends readonly unknown[]>(
  list: string,
  cursor: string | null | undefined,
  isPlace: (values: readonly unknown[]) => values is Place,
): Place | undefined {
  if (cursor === null || cursor === undefined) return undefined;
  const [name, ...values] = cursor.length > maxLength ? [] : parsed(cursor);
  if (name === list && isPlace(values)) return values;
  throw new CodedError('CURSOR_INVALID', 'The cursor is not one of this list in this order.', {
    details: { argument: 'after' },
  });
}

/** A place in a list that is in the order of its ids. */
export function isIdPlace(values: readonly unknown[]): values is readonly [id: string] {
  return values.length === 1 && isId(values[0]);
}

function parsed(cursor: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
