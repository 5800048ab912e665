import { CodedError } from '@tributary/runtime';

type Scalar = string | number | boolean | null;

/** Where a page of series ends: the values of its group, which its reader was shown. Unsigned, as the cursors of lists are. */
export function groupCursor(group: readonly Scalar[] | undefined): string | null {
  return group === undefined ? null : Buffer.from(JSON.stringify(group)).toString('base64url');
}

/** The group a cursor stands for. @throws CodedError CURSOR_INVALID */
export function groupOf(cursor: string | null | undefined): readonly Scalar[] | undefined {
  if (cursor === null || cursor === undefined) return undefined;
  try {
    const group: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(group) && group.length <= 8 && group.every(isScalar)) return group;
  } catch {
    // Whatever it is, it is no cursor of ours.
  }
  throw new CodedError('CURSOR_INVALID', 'This is not a cursor of this list.');
}

function isScalar(value: unknown): value is Scalar {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}
