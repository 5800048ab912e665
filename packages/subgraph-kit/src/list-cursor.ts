import { CodedError } from '@tributary/runtime';

/** A place in a list, opaque to clients. It names a row and grants nothing: the list's own predicate decides what follows it. */
export function listCursor(list: string, place: string): string {
  return Buffer.from(`${list}:${place}`).toString('base64url');
}

/** The place a cursor of this list names; null without a cursor. @throws CodedError CURSOR_INVALID */
export function listPlace(
  list: string,
  cursor: string | null | undefined,
  isPlace: (place: string) => boolean,
): string | null {
  if (cursor === null || cursor === undefined) return null;
  const text = cursor.length > 200 ? '' : Buffer.from(cursor, 'base64url').toString();
  const place = text.startsWith(`${list}:`) ? text.slice(list.length + 1) : '';
  if (!isPlace(place))
    throw new CodedError('CURSOR_INVALID', 'The cursor is not one of this list.', {
      details: { argument: 'after' },
    });
  return place;
}
