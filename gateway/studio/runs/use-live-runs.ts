import { useEffect, useMemo, useRef, useState } from 'react';
import { useClient } from 'urql';
import {
  type RunChangedSubscription,
  type RunsQuery,
  runChangedSubscription,
} from '../generated/operations.ts';

export type ListedRun = RunsQuery['runs']['nodes'][number];
type Change = NonNullable<RunChangedSubscription['runChanged']>;

/** Progress comes many times a second; it is drawn a few times. */
const drawEveryMs = 150;

/** The runs of a page as they are now; `onNewcomer` is called when there are others that are not on it. */
export function useLiveRuns(page: readonly ListedRun[], onNewcomer: () => void): readonly ListedRun[] {
  const client = useClient();
  const [changes, setChanges] = useState<ReadonlyMap<string, Change>>(new Map());
  const shown = useRef<ReadonlySet<string>>(new Set());
  shown.current = useMemo(() => new Set(page.map(({ id }) => id)), [page]);
  const call = useRef(onNewcomer);
  call.current = onNewcomer;
  useEffect(() => {
    let arrived = new Map<string, Change>();
    const following = client.subscription(runChangedSubscription, {}).subscribe(({ data }) => {
      const change = data?.runChanged;
      if (change !== undefined && change !== null) arrived.set(change.run.id, change);
    });
    const drawing = setInterval(() => {
      if (arrived.size === 0) return;
      const latest = arrived;
      arrived = new Map();
      setChanges((present) => new Map([...present, ...latest].filter(([id]) => shown.current.has(id))));
      if ([...latest.keys()].some((id) => !shown.current.has(id))) call.current();
    }, drawEveryMs);
    return () => {
      clearInterval(drawing);
      following.unsubscribe();
    };
  }, [client]);
  return useMemo(() => page.map((run) => withChange(run, changes.get(run.id))), [page, changes]);
}

function withChange(run: ListedRun, change: Change | undefined): ListedRun {
  if (change === undefined) return run;
  const { state, attempt, progress } = change;
  return { ...run, ...change.run, state, attempt, progress };
}
