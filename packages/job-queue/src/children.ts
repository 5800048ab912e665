import type { Relational, Sql } from '@tributary/engines/relational';
import { type Clock, CodedError } from '@tributary/runtime';
import { requireRoom } from './backlog.ts';
import { enqueueRuns } from './enqueue.ts';
import { queueLimits } from './limits.ts';
import type { EnqueuedRun, EnqueueRequest, Lease, RunPrincipal } from './run.ts';
import { bearChildrenOfSql, bearChildrenSql, uncountChildrenSql } from './sql/lease.ts';
import { requireOpenKey } from './unique-keys.ts';

/** A run below another: workspace and rights are its parent's. */
export type ChildRequest = Omit<EnqueueRequest, 'workspaceId' | 'principal' | 'origin'>;

interface ParentRow {
  readonly id: string;
  readonly children: number;
  readonly depth: number;
  readonly triggerDepth: number;
  readonly principal: RunPrincipal;
}

/**
 * Enqueues runs below a running one: they act with its rights and are cancelled with it. A child whose key another child of this parent
 * has is that one, whatever became of it.
 * @throws CodedError STATE_CONFLICT when the lease is lost or the run is being cancelled, BAD_USER_INPUT for a key of others, RUN_LIMIT beyond the limits of number and depth
 */
export async function enqueueChildren(
  { relational, clock }: { readonly relational: Relational; readonly clock: Clock },
  lease: Lease,
  requests: readonly ChildRequest[],
): Promise<readonly EnqueuedRun[]> {
  for (const { unique } of requests) requireOpenKey(unique?.key);
  return relational.transaction(async (tx) => {
    const { workspaceId } = lease;
    await requireRoom(tx, workspaceId);
    const { rows } = await tx.query<ParentRow>(bearChildrenSql, [JSON.stringify([lease]), requests.length]);
    const parent = checkedParent(rows);
    const { principal } = parent;
    const owned = requests.map((request) => ({ ...request, workspaceId, principal, origin: 'run' }));
    return below(tx, parent, { requests: owned, workspaceId, clock });
  });
}

/** The same for a run at work that enqueues through the graph, where its lease is not at hand, in the caller's transaction. */
export async function enqueueBelow(
  tx: Sql,
  { workspaceId, id }: { readonly workspaceId: string; readonly id: string },
  { requests, clock }: { readonly requests: readonly EnqueueRequest[]; readonly clock: Clock },
): Promise<readonly EnqueuedRun[]> {
  const { rows } = await tx.query<ParentRow>(bearChildrenOfSql, [workspaceId, id, requests.length]);
  return below(tx, checkedParent(rows), { requests, workspaceId, clock });
}

function checkedParent([parent]: readonly ParentRow[]): ParentRow {
  if (parent === undefined)
    throw new CodedError(
      'STATE_CONFLICT',
      'The run is being cancelled, or no longer belongs to this runner.',
    );
  if (parent.depth >= queueLimits.depth) throw tooMany();
  return parent;
}

/** Children that were there already were counted when they were new. */
async function below(
  tx: Sql,
  parent: ParentRow,
  parts: {
    readonly requests: readonly EnqueueRequest[];
    readonly workspaceId: string;
    readonly clock: Clock;
  },
): Promise<readonly EnqueuedRun[]> {
  const { requests, workspaceId, clock } = parts;
  const runs = await enqueueRuns(tx, requests, { clock, parent });
  const known = runs.filter(({ isNew }) => !isNew).length;
  if (known > 0) await tx.query(uncountChildrenSql, [workspaceId, parent.id, known]);
  if (parent.children - known > queueLimits.children) throw tooMany();
  return runs;
}

function tooMany(): CodedError {
  return new CodedError(
    'RUN_LIMIT',
    `A run enqueues ${queueLimits.children} others at most, ${queueLimits.depth} deep.`,
  );
}
