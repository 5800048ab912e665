import { useEffect, useMemo, useRef, useState } from 'react';
import { useClient } from 'urql';
import { earlierLogQuery, runLogSubscription } from '../generated/operations.ts';
import { Refusal } from '../graph/refusal.ts';
import { useFollowing } from '../graph/use-following.ts';
import { type LogLine, unbrokenLines } from './log-lines.ts';
import type { RunDetails } from './RunPage.tsx';

type LogPage = RunDetails['logs'];

/** What a run said last, what it says from now on, and, as far back as one asks, what it said before. `reload` asks for the run anew, with its last lines. */
export function useRunLog({ id, logs }: RunDetails, reload: () => void) {
  const client = useClient();
  const [known, setKnown] = useState<readonly LogLine[]>([]);
  const [error, setError] = useState<Refusal>();
  const [fetching, setFetching] = useState(false);
  /** Of the last line of each page. */
  const cursors = useRef(new Map<number, string>());
  const keep = ({ nodes, pageInfo }: LogPage): void => {
    const last = nodes.at(-1);
    if (last !== undefined && pageInfo.endCursor !== null) cursors.current.set(last.seq, pageInfo.endCursor);
    setKnown((present) => unbrokenLines([...present, ...nodes]));
  };
  const ended = useFollowing(
    runLogSubscription,
    { runId: id },
    {
      // What it said between the answer that is shown and the position is in neither.
      begun: reload,
      next: ({ runLog }) => {
        const said = runLog?.lines ?? [];
        if (said.length > 0) setKnown((present) => unbrokenLines([...present, ...said]));
      },
    },
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: a page is kept once, when it comes.
  useEffect(() => keep(logs), [logs]);
  const lines = useMemo(() => unbrokenLines([...known, ...logs.nodes]), [known, logs.nodes]);
  const [first] = lines;
  const readEarlier = async (): Promise<void> => {
    if (first === undefined) return;
    setFetching(true);
    setError(undefined);
    // A line that came while the run was read along with is the last of no page: then from the end of the log.
    let after = cursors.current.get(first.seq) ?? null;
    for (let reached = first.seq; reached >= first.seq; ) {
      const answer = await client.query(earlierLogQuery, { id, after }, { requestPolicy: 'network-only' });
      if (answer.error !== undefined) setError(Refusal.of(answer.error));
      const page = answer.data?.run?.logs;
      if (page === undefined) break;
      keep(page);
      reached = page.nodes.at(-1)?.seq ?? 0;
      after = page.pageInfo.endCursor;
    }
    setFetching(false);
  };
  return {
    lines,
    error: error ?? ended,
    fetching,
    hasEarlier: first !== undefined && first.seq > 1,
    readEarlier,
  };
}
