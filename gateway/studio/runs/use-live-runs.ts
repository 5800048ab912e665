import { useEffect, useMemo, useRef, useState } from 'react';
import { usePaced } from '../elements/use-paced.ts';
import { type RunsQuery, runChangedSubscription } from '../generated/operations.ts';
import { useFollowing } from '../graph/use-following.ts';
import { callForAnswer, noChanges, type RunChange, runsNow, withNews } from './run-changes.ts';

export type ListedRun = RunsQuery['runs']['nodes'][number];

/** Progress comes many times a second; it is drawn a few times. */
const drawEveryMs = 150;

/** The runs of a page as they are now; `onStale` is called when only asking tells more: of others that are not on it, or why one failed. */
export function useLiveRuns(page: readonly ListedRun[], onStale: () => void): readonly ListedRun[] {
  const [changes, setChanges] = useState(noChanges);
  const arrived = useRef(new Map<string, RunChange>());
  const known = useRef({ changes, page });
  known.current = { changes, page };
  const askSoon = usePaced(onStale, { soonMs: 0, everyMs: 2_000 });
  const everyRun = {};
  useFollowing(runChangedSubscription, everyRun, {
    begun: () => {
      arrived.current.clear();
      setChanges(noChanges);
      onStale();
    },
    next: ({ runChanged }) => {
      if (runChanged !== null) arrived.current.set(runChanged.run.id, runChanged);
    },
  });
  useEffect(() => {
    const drawing = setInterval(() => {
      if (arrived.current.size === 0) return;
      const news = arrived.current;
      arrived.current = new Map();
      const { changes: before, page: shown } = known.current;
      if (callForAnswer(before, news, shown)) askSoon();
      setChanges(withNews(before, news, shown));
    }, drawEveryMs);
    return () => clearInterval(drawing);
  }, [askSoon]);
  return useMemo(() => runsNow(page, changes), [page, changes]);
}
