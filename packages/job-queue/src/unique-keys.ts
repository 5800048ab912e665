import type { Sql } from '@tributary/engines/relational';
import { CodedError } from '@tributary/runtime';
import type { EnqueueRequest, RunSummary } from './run.ts';
import { freeChildKeysSql, keyHoldersSql, keysOfRunsSql, lockKeysSql, takeKeysSql } from './sql/unique.ts';

/** A run that has, or asks for, a unique key. */
export type KeyedRun = Pick<EnqueueRequest, 'workspaceId' | 'job' | 'unique'> & { readonly id: string };

const ownKey = /^(?:schedule|hook|graph):/;

/**
 * Keys that begin like those which schedules, hooks and graphs give their runs are theirs: whoever may enqueue could take a tick of somebody else's schedule before it comes.
 * @throws CodedError BAD_USER_INPUT
 */
export function requireOpenKey(key: string | undefined): void {
  if (key === undefined || !ownKey.test(key)) return;
  throw new CodedError(
    'BAD_USER_INPUT',
    'A uniqueKey does not begin with schedule:, hook: or graph:, which are the keys of schedules, hooks and graphs.',
    { details: { argument: 'uniqueKey' } },
  );
}

/** The ids of the runs that have their unique key for themselves. Of two with one key in a batch the first takes it. */
export async function takeKeys(
  tx: Sql,
  asked: readonly KeyedRun[],
  parentId: string | undefined,
): Promise<ReadonlySet<string>> {
  const first = new Map<string, object>();
  for (const { id, workspaceId, job, unique } of asked) {
    const place = JSON.stringify([workspaceId, job, unique?.key]);
    if (unique === undefined || first.has(place)) continue;
    first.set(place, { workspaceId, job, key: unique.key, id, periodMs: unique.periodMs ?? null });
  }
  if (first.size === 0) return new Set();
  const json = JSON.stringify([...first.values()]);
  // Before they are taken: what a holder is now is seen by a statement that begins when nobody else changes it any more.
  await tx.query(lockKeysSql, [json], 'jobs_lock_keys');
  const { rows } = await tx.query<{ id: string }>(takeKeysSql, [json, parentId ?? null], 'jobs_take_keys');
  return new Set(rows.map(({ id }) => id));
}

/** The runs that hold the keys of these, by the id of who asks. */
export async function keyHolders(
  tx: Sql,
  asked: readonly KeyedRun[],
): Promise<ReadonlyMap<string, RunSummary>> {
  if (asked.length === 0) return new Map();
  const keys = asked.map(({ workspaceId, job, unique }, n) => ({ n, workspaceId, job, key: unique?.key }));
  const { rows } = await tx.query<RunSummary & { n: number }>(keyHoldersSql, [JSON.stringify(keys)]);
  return new Map(rows.map(({ n, ...run }) => [asked[n]?.id ?? '', run]));
}

const finished: ReadonlySet<string> = new Set(['SUCCEEDED', 'FAILED', 'CANCELLED', 'SKIPPED']);

/**
 * Takes the keys back that these runs of a workspace were enqueued with: they are not finished any more.
 * @throws CodedError STATE_CONFLICT when another run that is not finished has one of them
 */
export async function retakeKeys(tx: Sql, workspaceId: string, ids: readonly string[]): Promise<void> {
  const { rows } = await tx.query<{ id: string; job: string; key: string }>(keysOfRunsSql, [
    workspaceId,
    ids,
  ]);
  const asked = rows.map(({ id, job, key }): KeyedRun => ({ workspaceId, id, job, unique: { key } }));
  await takeKeys(tx, asked, undefined);
  for (const [id, holder] of await keyHolders(tx, asked)) {
    if (holder.id === id || finished.has(holder.state)) continue;
    throw new CodedError(
      'STATE_CONFLICT',
      `The run was enqueued with a uniqueKey that a later run has now, which is ${holder.state}: wait for that one, or cancel it.`,
      { details: { state: holder.state, runId: holder.id } },
    );
  }
}

/** What run `parentId` enqueued and was cancelled with it is enqueued anew when it asks for it again. */
export async function freeChildKeys(tx: Sql, workspaceId: string, parentId: string): Promise<void> {
  await tx.query(freeChildKeysSql, [workspaceId, parentId]);
}
