import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useClient } from 'urql';
import { type Change, changesOf } from './record-operations.ts';
import type { Model } from './use-models.ts';
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

const nothing: ReadonlySet<string> = new Set();
const drawEveryMs = 150;

/**
 * The rows of a page as they are now: changes come over the subscription and count when they are newer than what is shown. The
 * subscription goes on from its cursor after every cut, so none is missed.
 */
export function useLiveRows(
  { model, models }: { readonly model: Model; readonly models: readonly Model[] },
  page: readonly Row[],
): {
  readonly rows: readonly LiveRow[];
  readonly newcomers: number;
  readonly take: (row: Row) => void;
  readonly forget: () => void;
} {
  const client = useClient();
  const [known, setKnown] = useState<ReadonlyMap<string, Known>>(new Map());
  const [newcomers, setNewcomers] = useState(0);
  const arrived = useRef<Change[]>([]);
  const shown = useRef<ReadonlySet<string>>(new Set());
  shown.current = useMemo(() => new Set(page.map(({ id }) => id)), [page]);

  useEffect(() => {
    setKnown(new Map());
    setNewcomers(0);
    const following = client.subscription(changesOf(model, models), {}).subscribe(({ data }) => {
      const change = data?.change;
      if (change !== undefined && change !== null) arrived.current.push(change);
    });
    const drawing = setInterval(() => {
      const changes = arrived.current;
      if (changes.length === 0) return;
      arrived.current = [];
      const seen = changes.filter(({ id }) => shown.current.has(id));
      if (seen.length > 0) setKnown((present) => withChanges(present, seen));
      const made = changes.filter(({ kind, id }) => kind === 'CREATED' && !shown.current.has(id)).length;
      if (made > 0) setNewcomers((count) => count + made);
    }, drawEveryMs);
    return () => {
      arrived.current = [];
      clearInterval(drawing);
      following.unsubscribe();
    };
  }, [client, model, models]);

  const take = useCallback((row: Row) => {
    setKnown((present) => {
      // What came over the socket while the answer was on its way may be newer than the answer.
      if ((present.get(row.id)?.version ?? 0) > row.version) return present;
      return new Map(present).set(row.id, { row, version: row.version, fresh: nothing });
    });
  }, []);
  const forget = useCallback(() => setNewcomers(0), []);
  const rows = useMemo(
    () =>
      page.map((row): LiveRow => {
        const now = known.get(row.id);
        if (now === undefined) return { row, fresh: nothing, isGone: false };
        if (now.row === null) return { row, fresh: nothing, isGone: true };
        return { row: now.version > row.version ? now.row : row, fresh: now.fresh, isGone: false };
      }),
    [page, known],
  );
  return { rows, newcomers, take, forget };
}

function withChanges(
  present: ReadonlyMap<string, Known>,
  changes: readonly Change[],
): ReadonlyMap<string, Known> {
  const next = new Map(present);
  for (const { id, version, item, changedFields } of changes) {
    const before = next.get(id);
    // One's own change comes back as news: it is known already.
    if (item !== null && before !== undefined && before.version >= version) continue;
    next.set(id, { row: item, version, fresh: new Set(changedFields) });
  }
  return next;
}
