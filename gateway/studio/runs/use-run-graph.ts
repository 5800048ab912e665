import { useEffect, useMemo } from 'react';
import { useClient, useQuery } from 'urql';
import { type RunGraphQuery, runChangedSubscription, runGraphQuery } from '../generated/operations.ts';
import { finished } from './run-states.ts';

export type ConnectedGraph = NonNullable<RunGraphQuery['run']>['graph'];
export type GraphRun = ConnectedGraph['runs'][number];

const quietMs = 300;
/** As many values as a condition of a subscription may have. */
const mostFollowed = 100;

/** All that hangs together with a run, as it is now: read again soon after one of its runs moved, or enqueued another. */
export function useRunGraph(id: string): ConnectedGraph | undefined {
  const client = useClient();
  const [{ data }, again] = useQuery({
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
      .sort()
      .join();
  }, [graph]);
  useEffect(() => {
    if (followed === '') return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const moved = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined;
        again({ requestPolicy: 'network-only' });
      }, quietMs);
    };
    const ids = followed.split(',');
    const following = [{ id: { in: ids } }, { parentId: { in: ids } }].map((where) =>
      client.subscription(runChangedSubscription, { where }).subscribe(({ data: change }) => {
        if (change?.runChanged !== undefined && change.runChanged !== null) moved();
      }),
    );
    return () => {
      clearTimeout(timer);
      for (const subscription of following) subscription.unsubscribe();
    };
  }, [client, followed, again]);
  return graph;
}
