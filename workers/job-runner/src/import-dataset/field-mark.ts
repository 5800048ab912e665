import { createHash } from 'node:crypto';
import type { InputField } from '../run-port.ts';

/**
 * By what an attempt finds the fields again that the first one filled: a field of this name, of this type, and for a reference found by this key.
 * A mark is short because a model may have a thousand fields, and a checkpoint holds 256 KiB.
 */
export function fieldMark(
  { name, type }: Pick<InputField, 'name' | 'type'>,
  key?: { readonly name: string; readonly type: string },
): string {
  const told = JSON.stringify([name, type, ...(key === undefined ? [] : [key.name, key.type])]);
  return createHash('sha256').update(told).digest('base64url').slice(0, 6);
}
