import { writeOutbox } from '@tributary/engines/outbox/relational';
import type { Relational } from '@tributary/engines/relational';
import type { Clock, Logger } from '@tributary/runtime';
import type { TakenRun } from './claim.ts';
import type { ClaimedRun, RunSummary } from './run.ts';
import { type Actor, stateEvents } from './run-events.ts';
import { cancelClaimedSql, hangingOnCancelSql } from './sql/cancel.ts';

interface ClaimsParts {
  readonly relational: Relational;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * What was claimed, but for runs that a cancel of a large family is on its way down to: they are cancelled here, before anybody works on them. It costs nothing where no
 * such cancel is under way in their workspace. When it cannot be found out they are worked on, and told when the cancel reaches them.
 */
export async function withoutCancelled(
  parts: ClaimsParts,
  taken: readonly TakenRun[],
): Promise<readonly ClaimedRun[]> {
  const gone = new Set<string>();
  const doubtful = taken.filter(({ mayBeCancelled }) => mayBeCancelled);
  for (const workspaceId of new Set(doubtful.map((run) => run.workspaceId))) {
    const runs = doubtful.filter((run) => run.workspaceId === workspaceId);
    try {
      for (const id of await cancelHanging(parts, workspaceId, runs)) gone.add(id);
    } catch (err) {
      parts.log.warn(
        { err },
        'whether claimed runs are being cancelled could not be found out; they are worked on',
      );
    }
  }
  return taken.flatMap(({ mayBeCancelled: _, ...run }) => (gone.has(run.id) ? [] : [run]));
}

async function cancelHanging(
  { relational, clock }: ClaimsParts,
  workspaceId: string,
  runs: readonly TakenRun[],
): Promise<readonly string[]> {
  return relational.transaction(async (tx) => {
    const { rows: hanging } = await tx.query<{ readonly id: string; readonly actor: Actor }>(
      hangingOnCancelSql,
      [workspaceId, runs.map(({ id }) => id)],
      'jobs_hanging_on_cancel',
    );
    if (hanging.length === 0) return [];
    const actors = new Map(hanging.map(({ id, actor }) => [id, actor]));
    const leases = runs.filter(({ id }) => actors.has(id)).map(({ lease }) => lease);
    const { rows: ended } = await tx.query<RunSummary>(
      cancelClaimedSql,
      [JSON.stringify(leases)],
      'jobs_cancel_claimed',
    );
    await writeOutbox(
      tx,
      ended.flatMap((run) => {
        const actor = actors.get(run.id);
        return stateEvents([run], actor === undefined ? { clock } : { clock, actor });
      }),
    );
    return hanging.map(({ id }) => id);
  });
}
