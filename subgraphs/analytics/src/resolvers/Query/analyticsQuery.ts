import type { BatchCell } from '@tributary/engines/batch-engine';
import type { QueryResolvers } from '../../generated/schema.ts';
import { askEvents } from '../../usecases/ask-events.ts';

export const analyticsQuery: NonNullable<QueryResolvers['analyticsQuery']> = async (
  _parent,
  { sql, from = null, to = null },
  { principal, assertion, signal, core },
) => {
  const { columns, rows, truncated } = await askEvents(
    { sql, from, to },
    { ...core, principal, assertion, signal },
  );
  return { columns: [...columns], rows: rows.map((row) => row.map(asJson)), truncated };
};

/** JSON has no integers of 64 bits, no bytes, and no infinities. */
function asJson(cell: BatchCell): unknown {
  if (typeof cell === 'bigint') return Number.isSafeInteger(Number(cell)) ? Number(cell) : String(cell);
  if (typeof cell === 'number') return Number.isFinite(cell) ? cell : String(cell);
  return cell instanceof Uint8Array ? Buffer.from(cell).toString('base64') : cell;
}
