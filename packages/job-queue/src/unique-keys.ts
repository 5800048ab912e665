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

/** Runs of a workspace that begin again: the one that is driven again, and those that would wait for it again. */
export interface Reopened {
  readonly workspaceId: string;
  readonly id: string;
  readonly behind: readonly string[];
}

/**
 * Of `behind` those whose unique key another of these runs is to have: the one that is driven again comes first, then the one that has the key, then the one that was
 * enqueued last.
 */
export async function runsWithoutKey(tx: Sql, reopened: Reopened): Promise<readonly string[]> {
  const asked = await keysOf(tx, reopened);
  if (asked.length < 2) return [];
  await tx.query(lockKeysSql, [JSON.stringify(asked)], 'jobs_lock_keys');
  const holders = await keyHolders(tx, asked);
  const place = ({ id }: KeyedRun): number => (id === reopened.id ? 0 : holders.get(id)?.id === id ? 1 : 2);
  const taken = new Set<string>();
  const without: string[] = [];
  for (const { id, job, key } of asked.toSorted((a, b) => place(a) - place(b))) {
    const own = JSON.stringify([job, key]);
    if (taken.has(own)) without.push(id);
    taken.add(own);
  }
  return without;
}

/**
 * Takes the keys back that these runs were enqueued with, of which no two have the same: they are not finished any more, or will not be when this commits.
 * @throws CodedError STATE_CONFLICT when another run that is not finished has one of them
 */
export async function retakeKeys(tx: Sql, reopened: Reopened): Promise<void> {
  const asked = await keysOf(tx, reopened);
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

/** The runs that were enqueued with a key for as long as they are not finished, the last first. */
async function keysOf(
  tx: Sql,
  { workspaceId, id, behind }: Reopened,
): Promise<readonly (KeyedRun & { readonly key: string })[]> {
  const { rows } = await tx.query<{ id: string; job: string; key: string }>(keysOfRunsSql, [
    workspaceId,
    [id, ...behind],
  ]);
  return rows.map((row) => ({ ...row, workspaceId, unique: { key: row.key } }));
}

/** What run `parentId` enqueued and was cancelled with it is enqueued anew when it asks for it again. */
export async function freeChildKeys(tx: Sql, workspaceId: string, parentId: string): Promise<void> {
  await tx.query(freeChildKeysSql, [workspaceId, parentId]);
}
