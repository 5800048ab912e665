import type { DependencyCondition } from '@tributary/job-queue';
import { connectedRuns, dependenciesOf, type RunRecord, runsByIds } from '../adapters/run-table.ts';
import type { JobsCore } from '../core.ts';

/** More than anybody reads at once; a graph of this size is still answered in a few statements. */
const most = 500;

export interface ConnectedGraph {
  readonly runs: readonly RunRecord[];
  readonly links: readonly RunLink[];
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
  const [byId, needs] = await Promise.all([
    runsByIds(relational, workspaceId, ids),
    dependenciesOf(relational, workspaceId, ids),
  ]);
  const runs = [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const enqueued = runs.flatMap((run) =>
    run.parentId === null ? [] : [{ from: run.parentId, to: run.id, condition: null }],
  );
  const awaited = needs.map(({ runId, of, condition }) => ({ from: runId, to: of, condition }));
  // What was forgotten since, or is beyond the limit, has no place in the graph.
  const links = [...enqueued, ...awaited].filter(({ from, to }) => byId.has(from) && byId.has(to));
  return { runs, links, truncated: found.length > most };
}
