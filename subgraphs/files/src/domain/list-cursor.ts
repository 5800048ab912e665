import { CodedError } from '@tributary/runtime';

/** A place in a list, opaque to clients. It names what its reader was shown and grants nothing: the list's own predicate decides. */
export function encodePlace(list: string, values: readonly unknown[]): string {
  return Buffer.from(JSON.stringify([list, ...values])).toString('base64url');
}

/** The values of a place in this list; undefined without a cursor. @throws CodedError CURSOR_INVALID */
export function decodePlace(
  list: string,
  cursor: string | null | undefined,
  fits: (values: readonly unknown[]) => boolean,
): readonly unknown[] | undefined {
  if (cursor === null || cursor === undefined) return undefined;
  const [name, ...values] = cursor.length > 4_096 ? [] : parsed(cursor);
  if (name === list && fits(values)) return values;
  throw new CodedError('CURSOR_INVALID', 'The cursor is not one of this list in this order.', {
    details: { argument: 'after' },
  });
}

function parsed(cursor: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
