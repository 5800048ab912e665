import { useMemo } from 'react';
import { usePaced } from '../elements/use-paced.ts';
import { type RunGraphQuery, runChangedSubscription, runGraphQuery } from '../generated/operations.ts';
import { useFollowing } from '../graph/use-following.ts';
import { useReloadable } from '../graph/use-reloadable.ts';
import { finished } from './run-states.ts';

export type ConnectedGraph = NonNullable<RunGraphQuery['run']>['graph'];
export type GraphRun = ConnectedGraph['runs'][number];

/** As many values as a condition of a subscription may have. */
const mostFollowed = 100;

/** All that hangs together with a run, as it is now: read again soon after one of its runs moved, or enqueued another. */
export function useRunGraph(id: string): ConnectedGraph | undefined {
  const [{ data }, reload] = useReloadable({
    query: runGraphQuery,
    variables: { id },
    requestPolicy: 'cache-and-network',
  });
  const graph = data?.run?.graph;
  // Those that can still move first; what is over comes back only by somebody driving it again.
  const followed = useMemo(() => {
    const runs = [...(graph?.runs ?? [])].sort(
      (a, b) => Number(finished.has(a.state)) - Number(finished.has(b.state)),
    );
    return runs
      .slice(0, mostFollowed)
      .map((run) => run.id)
      .sort();
  }, [graph]);
  const moved = usePaced(reload, { soonMs: 300, everyMs: 500 });
  const hearer = { begun: reload, next: moved };
  const one = followed.length === 0 ? undefined : { where: { id: { in: followed } } };
  const itsOwn = followed.length === 0 ? undefined : { where: { parentId: { in: followed } } };
  useFollowing(runChangedSubscription, one, hearer);
  useFollowing(runChangedSubscription, itsOwn, hearer);
  return graph;
}
