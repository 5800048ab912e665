import type { BatchCell, BatchRow } from './port.ts';

/** Bytes of a cell as limits count them. */
function cellBytes(value: BatchCell): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  return value instanceof Uint8Array ? value.byteLength : 8;
}

/** A row as it is sent, and its bytes: without its cells where they are more than one row may have. */
export function boundedRow(
  row: BatchRow,
  mostBytes = Number.POSITIVE_INFINITY,
): { readonly row: BatchRow; readonly size: number } {
  const size = row.reduce<number>((sum, value) => sum + cellBytes(value), 0);
  return size > mostBytes ? { row: [], size: 0 } : { row, size };
}
