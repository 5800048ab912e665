import type { BatchCell } from './port.ts';

/** Bytes of a cell as limits count them. */
export function cellBytes(value: BatchCell): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  return value instanceof Uint8Array ? value.byteLength : 8;
}
