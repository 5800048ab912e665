import { createHash } from 'node:crypto';

/** The id of the record that row `row` (from 1) of a run makes: the same in every attempt, so that a row written before a crash is met again and not doubled. */
export type RowIds = (row: number) => string;

const mostRows = 2 ** 32;

/**
 * UUIDs of version 8 (RFC 9562 §5.8): the time in the run's id, 42 bits of that id's digest, and the row. So the rows of a run lie side by side, after those of
 * earlier runs, in every index that has their ids, where each id without an order changes another page of it.
 */
export function orderedRowIds(runId: string): RowIds {
  const bytes = createHash('sha256').update(runId).digest();
  bytes.write(runId.replaceAll('-', '').slice(0, 12), 'hex');
  const ofRun = uuidOf(bytes).slice(0, -8);
  return (row) => {
    if (row >= mostRows) throw new RangeError('a run has ids for 2^32 rows');
    return `${ofRun}${row.toString(16).padStart(8, '0')}`;
  };
}

/** The digest of run and row: what a run keeps to that began when ids had no order. */
export function scatteredRowIds(runId: string): RowIds {
  return (row) => uuidOf(createHash('sha256').update(`${runId}/${row}`).digest());
}

function uuidOf(bytes: Buffer): string {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex', 0, 16);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
