import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useFollowing } from '../graph/use-following.ts';
import { type Change, changesOf } from './record-operations.ts';
import { type LiveRow, nothingKnown, rowsNow, withChanges, withWritten } from './row-changes.ts';
import type { Model } from './use-models.ts';
import type { Row } from './values.ts';

const noRows: readonly Row[] = [];
const anyChange = {};
const drawEveryMs = 150;

/**
 * The rows of a page as they are now: changes come over the subscription and count when they are newer than what is shown. The
 * subscription goes on from its cursor after every cut, so none is missed; what was before it, `reload` asks for.
 */
export function useLiveRows(
  { model, models }: { readonly model: Model; readonly models: readonly Model[] },
  page: readonly Row[] | undefined,
  reload: () => void,
): {
  readonly rows: readonly LiveRow[];
  readonly newcomers: number;
  readonly take: (row: Row) => void;
  readonly forget: () => void;
} {
  const [known, setKnown] = useState(nothingKnown);
  const [newcomers, setNewcomers] = useState(0);
  const arrived = useRef<Change[]>([]);
  const shown = useRef(page);
  shown.current = page;
  useFollowing(changesOf(model, models), anyChange, {
    begun: reload,
    next: ({ change }) => {
      if (change !== null) arrived.current.push(change);
    },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the rows of another model are others.
  useEffect(() => {
    setKnown(nothingKnown);
    setNewcomers(0);
    const drawing = setInterval(() => {
      const changes = arrived.current;
      if (changes.length === 0) return;
      arrived.current = [];
      const rows = shown.current;
      setKnown((present) => withChanges(present, changes, rows ?? noRows));
      // Before there is a page, all are new to it, and it will have them.
      if (rows === undefined) return;
      const made = changes.filter(({ kind, id }) => kind === 'CREATED' && !rows.some((row) => row.id === id));
      if (made.length > 0) setNewcomers((count) => count + made.length);
    }, drawEveryMs);
    return () => {
      arrived.current = [];
      clearInterval(drawing);
    };
  }, [model, models]);
  const take = useCallback((row: Row) => setKnown((present) => withWritten(present, row)), []);
  const forget = useCallback(() => setNewcomers(0), []);
  const rows = useMemo(() => rowsNow(page ?? noRows, known), [page, known]);
  return { rows, newcomers, take, forget };
}
