import type { Change } from './record-operations.ts';
import type { Row } from './values.ts';

export interface LiveRow {
  readonly row: Row;
  /** Fields that changed while one looked, for a moment. */
  readonly fresh: ReadonlySet<string>;
  readonly isGone: boolean;
}

interface Known {
  readonly row: Row | null;
  readonly version: number;
  readonly fresh: ReadonlySet<string>;
}

export type KnownRows = ReadonlyMap<string, Known>;

export const nothingKnown: KnownRows = new Map();
const nothing: ReadonlySet<string> = new Set();
/** A change may come before the answer that holds its row; of those that are on no page, the latest are kept. */
const keptChanges = 500;

export function withChanges(present: KnownRows, changes: readonly Change[], page: readonly Row[]): KnownRows {
  const shown = new Set(page.map(({ id }) => id));
  const next = new Map(present);
  for (const { id, version, item, changedFields } of changes) {
    const before = next.get(id);
    // One's own change comes back as news: it is known already.
    if (item !== null && before !== undefined && before.version >= version) continue;
    next.delete(id);
    next.set(id, { row: item, version, fresh: shown.has(id) ? new Set(changedFields) : nothing });
  }
  const beside = [...next.keys()].filter((id) => !shown.has(id));
  for (const id of beside.slice(0, Math.max(0, beside.length - keptChanges))) next.delete(id);
  return next;
}

/** What an answer to a write says. What came over the socket while it was on its way may be newer. */
export function withWritten(present: KnownRows, row: Row): KnownRows {
  if ((present.get(row.id)?.version ?? 0) > row.version) return present;
  return new Map(present).set(row.id, { row, version: row.version, fresh: nothing });
}

/** An answer, and laid over it what is newer, whichever was there first. */
export function rowsNow(page: readonly Row[], known: KnownRows): readonly LiveRow[] {
  return page.map((row) => {
    const now = known.get(row.id);
    if (now === undefined || now.version < row.version) return { row, fresh: nothing, isGone: false };
    if (now.row === null) return { row, fresh: nothing, isGone: true };
    return { row: now.version > row.version ? now.row : row, fresh: now.fresh, isGone: false };
  });
}
