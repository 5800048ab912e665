import type { DependencyCondition } from '@tributary/job-queue';
import { awaitedWithin, connectedRuns, type RunRecord, runsByIds } from '../adapters/run-table.ts';
import type { JobsCore } from '../core.ts';

/** More than anybody reads at once; a graph of this size is still answered in a few statements. */
const most = 500;
/** A hundred steps that all wait for each other have 4,950. */
const mostLinks = 5_000;

export interface ConnectedGraph {
  readonly runs: readonly RunRecord[];
  readonly links: readonly RunLink[];
  /** Then it is the graph of each of its runs. */
  readonly holdsAllRuns: boolean;
  readonly truncated: boolean;
}

export interface RunLink {
  readonly from: string;
  readonly to: string;
  /** Null when `from` enqueued `to`. */
  readonly condition: DependencyCondition | null;
}

/** Everything that hangs together with a run: the runs in the order of their making, and what holds them together. */
export async function connectedGraph(
  { relational }: JobsCore,
  { workspaceId, id }: { readonly workspaceId: string; readonly id: string },
): Promise<ConnectedGraph> {
  const found = await connectedRuns(relational, { workspaceId, id, limit: most + 1 });
  const ids = found.slice(0, most);
  const byId = await runsByIds(relational, workspaceId, ids);
  const awaited = await awaitedWithin(relational, { workspaceId, ids, limit: mostLinks + 1 });
  const runs = [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  // What was forgotten since, or is beyond the limit, has no place in the graph.
  const enqueued = runs.flatMap(({ id: to, parentId: from }) =>
    from === null || !byId.has(from) ? [] : [{ from, to, condition: null }],
  );
  const links = [
    ...enqueued,
    ...awaited.map(({ runId: from, of: to, condition }) => ({ from, to, condition })),
  ];
  const holdsAllRuns = found.length <= most;
  return {
    runs,
    links: links.slice(0, mostLinks),
    holdsAllRuns,
    truncated: !holdsAllRuns || links.length > mostLinks,
  };
}
