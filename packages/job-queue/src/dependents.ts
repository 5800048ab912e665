import { writeOutbox } from '@tributary/engines/outbox/relational';
import type { Sql } from '@tributary/engines/relational';
import { type Clock, CodedError } from '@tributary/runtime';
import { queueLimits } from './limits.ts';
import type { Dependency, EnqueueRequest, RunSummary } from './run.ts';
import { type Actor, stateEvents } from './run-events.ts';
import { addDependenciesSql, lockDependentsSql, markParentsSql, settleWaitingSql } from './sql/dependents.ts';

/**
 * Writes the dependencies of runs that have just been written, and lets go of those whose dependencies have finished already.
 * Answers what became of the latter.
 * @throws CodedError NOT_FOUND for a dependency that is not of this workspace, BAD_USER_INPUT for too many, and for two conditions of one run
 */
export async function addDependencies(
  tx: Sql,
  fresh: readonly (EnqueueRequest & { readonly id: string })[],
): Promise<ReadonlyMap<string, RunSummary>> {
  const settled = new Map<string, RunSummary>();
  for (const [workspaceId, all] of byWorkspace(fresh)) {
    const runs = all.filter(({ dependsOn = [] }) => dependsOn.length > 0);
    const edges = runs.flatMap(({ id, dependsOn = [] }) => {
      if (dependsOn.length > queueLimits.dependencies)
        throw new CodedError(
          'BAD_USER_INPUT',
          `A run depends on ${queueLimits.dependencies} others at most.`,
        );
      requireOneCondition(dependsOn);
      return dependsOn.map(({ runId, condition }) => ({ runId: id, dependsOn: runId, condition }));
    });
    // Those that were written beside them are marked already, and have not finished.
    const beside = new Set(all.map(({ id }) => id));
    const elsewhere = [...new Set(edges.map(({ dependsOn }) => dependsOn))].filter((id) => !beside.has(id));
    const finished = await markParents(tx, workspaceId, elsewhere);
    await tx.query(addDependenciesSql, [workspaceId, JSON.stringify(edges)]);
    const decidable = runs.filter(({ dependsOn = [] }) => dependsOn.some(({ runId }) => finished.has(runId)));
    if (decidable.length === 0) continue;
    const { rows } = await tx.query<RunSummary>(settleWaitingSql, [
      workspaceId,
      decidable.map(({ id }) => id),
    ]);
    for (const run of rows) settled.set(run.id, run);
    // A run that is skipped from the start takes along those that depend on it in turn.
    for (const run of await followFinished(tx, rows)) settled.set(run.id, run);
  }
  return settled;
}

/** A run comes to one end: whoever waits for two of them would wait for what cannot be. */
function requireOneCondition(dependsOn: readonly Dependency[]): void {
  const conditions = new Map(dependsOn.map(({ runId, condition }) => [runId, condition]));
  if (dependsOn.every(({ runId, condition }) => conditions.get(runId) === condition)) return;
  throw new CodedError(
    'BAD_USER_INPUT',
    'A run waits for one condition of each run it depends on: name one.',
    {
      details: { argument: 'dependsOn' },
    },
  );
}

/** Answers those that have finished. @throws CodedError NOT_FOUND */
async function markParents(
  tx: Sql,
  workspaceId: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const { rows } = await tx.query<{ id: string; finished: boolean }>(markParentsSql, [workspaceId, ids]);
  if (rows.length < ids.length)
    throw new CodedError('NOT_FOUND', 'A run that this one is to depend on does not exist.');
  return new Set(rows.flatMap(({ id, finished }) => (finished ? [id] : [])));
}

/**
 * After runs have finished: lets go of their dependents, round by round, since a skipped or cancelled run may be what others waited
 * for. Answers every run that changed. In the transaction of the finish.
 */
export async function followFinished(
  tx: Sql,
  changed: readonly RunSummary[],
): Promise<readonly RunSummary[]> {
  const followed: RunSummary[] = [];
  let ended = changed.filter(isEndForOthers);
  while (ended.length > 0) {
    const round: RunSummary[] = [];
    for (const [workspaceId, runs] of byWorkspace(ended)) {
      const ids = runs.map(({ id }) => id);
      const { rows: locked } = await tx.query<{ id: string }>(lockDependentsSql, [workspaceId, ids]);
      if (locked.length === 0) continue;
      const { rows } = await tx.query<RunSummary>(settleWaitingSql, [
        workspaceId,
        locked.map(({ id }) => id),
      ]);
      round.push(...rows);
    }
    followed.push(...round);
    ended = round.filter(isEndForOthers);
  }
  return followed;
}

/** Tells of changed runs, and of what follows from them, in the transaction of the change. Answers all of them. */
export async function announce(
  tx: Sql,
  changed: readonly RunSummary[],
  { clock, actor }: { readonly clock: Clock; readonly actor?: Actor },
): Promise<readonly RunSummary[]> {
  if (changed.length === 0) return [];
  const all = [...changed, ...(await followFinished(tx, changed))];
  await writeOutbox(tx, stateEvents(all, actor === undefined ? { clock } : { clock, actor }));
  return all;
}

function isEndForOthers({ state, hasDependents }: RunSummary): boolean {
  return (
    hasDependents &&
    (state === 'SUCCEEDED' || state === 'FAILED' || state === 'CANCELLED' || state === 'SKIPPED')
  );
}

function byWorkspace<Run extends { readonly workspaceId: string }>(
  runs: readonly Run[],
): ReadonlyMap<string, readonly Run[]> {
  const groups = new Map<string, Run[]>();
  for (const run of runs) {
    const group = groups.get(run.workspaceId);
    if (group === undefined) groups.set(run.workspaceId, [run]);
    else group.push(run);
  }
  return groups;
}
