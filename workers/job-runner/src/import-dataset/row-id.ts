import { createHash } from 'node:crypto';

/**
 * The id of the record that row `row` (from 1) of a run makes: the same in every attempt, so that a row written before a crash is met again and
 * not doubled. A UUID of version 8 (RFC 9562 §5.8) from the digest of both.
 */
export function rowId(runId: string, row: number): string {
  const digest = createHash('sha256').update(`${runId}/${row}`).digest();
  digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x80;
  digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80;
  const hex = digest.toString('hex', 0, 16);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
