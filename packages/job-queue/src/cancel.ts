import { writeOutbox } from '@tributary/engines/outbox/relational';
import type { Relational, Sql } from '@tributary/engines/relational';
import { type Clock, CodedError } from '@tributary/runtime';
import type { RunSummary } from './run.ts';
import { type Actor, runEvent, stateEvents } from './run-events.ts';
import { type RunAddress, runSummary } from './run-summary.ts';
import {
  beginCancelSql,
  cancelFamilySql,
  cancelledUntilSql,
  cancelTheseSql,
  endCancelSql,
  familySql,
  frontierSql,
  isBeingCancelledSql,
  lockCancelSql,
  nextCancelSql,
  passSql,
  toCancelBelowSql,
} from './sql/cancel.ts';

/** Runs that one transaction cancels: it takes some tenths of a second, and for so long others wait for one of them. A family that is no larger is cancelled at once. */
const batch = 1_000;
/** Runs that a cancel goes beyond at once, and how often in one transaction: a family may be deep. */
const frontier = 100;
const rounds = 100;

export interface Cancelled {
  readonly run: RunSummary;
  /** Whether any run was cancelled or is to be: a finished run stays as it is, and what hangs on it does not. */
  readonly hasEffect: boolean;
  /** Runs at work that are to be told (`JobWake.cancel`) after the commit. */
  readonly toTell: readonly string[];
  /** The family is larger than one transaction: `passOnCancel` goes on, by whoever calls it, until nothing is left. */
  readonly goesOn: boolean;
}

/** What one transaction has done of a cancel. */
export interface CancelledPart {
  readonly cancelled: number;
  readonly toTell: readonly string[];
  readonly goesOn: boolean;
}

interface CancelParts {
  readonly clock: Clock;
  readonly actor: Actor;
}

/**
 * Cancels a run, what it enqueued, and what depends on any of them. A finished run stays as it is. With the transaction the run itself is cancelled, or told, and
 * of a family of more than 1,000 as many others: that the rest is to follow commits with it.
 * @throws CodedError NOT_FOUND
 */
export async function cancelRun(tx: Sql, address: RunAddress, parts: CancelParts): Promise<Cancelled> {
  const { workspaceId, id } = address;
  const place = [workspaceId, id];
  // Itself first: from then on it enqueues nothing below it.
  const own = await cancelThese(tx, { workspaceId, ids: [id] }, parts);
  const { rows: family } = await tx.query(familySql, [...place, batch], 'jobs_family');
  let part: CancelledPart;
  if (family.length <= batch) part = await cancelFamily(tx, address, parts);
  else {
    const { kind, id: actorId } = parts.actor;
    await tx.query(beginCancelSql, [...place, JSON.stringify({ kind, id: actorId })]);
    await tx.query(lockCancelSql, place);
    part = await cancelPart(tx, address, parts);
  }
  return {
    run: await runSummary(tx, address),
    hasEffect: own.runs + part.cancelled > 0,
    toTell: [...own.running, ...part.toTell],
    goesOn: part.goesOn,
  };
}

/** While it waited for a run that enqueues, that one's children were written: it looks until it finds no more. */
async function cancelFamily(
  tx: Sql,
  { workspaceId, id }: RunAddress,
  parts: CancelParts,
): Promise<CancelledPart> {
  const toTell: string[] = [];
  for (let cancelled = 0; ; ) {
    const { rows } = await tx.query<RunSummary>(cancelFamilySql, [workspaceId, id], 'jobs_cancel_family');
    if (rows.length === 0) return { cancelled, toTell, goesOn: false };
    cancelled += rows.length;
    toTell.push(...(await tell(tx, rows, parts)));
  }
}

/**
 * Goes on with a cancel that was begun, the named one or that which was begun first, in a transaction of its own; undefined when there is none that nobody else is
 * passing on. After a crash whoever calls it goes on from there.
 */
export async function passOnCancel(
  { relational, clock }: { readonly relational: Pick<Relational, 'transaction'>; readonly clock: Clock },
  address?: RunAddress,
): Promise<CancelledPart | undefined> {
  return relational.transaction(async (tx) => {
    const { rows } =
      address === undefined
        ? await tx.query<RunAddress & { readonly actor: Actor }>(nextCancelSql)
        : await tx.query<{ readonly actor: Actor }>(lockCancelSql, [address.workspaceId, address.id]);
    const [next] = rows;
    return next === undefined
      ? undefined
      : cancelPart(tx, { ...address, ...next } as RunAddress, { clock, actor: next.actor });
  });
}

/** What is to be driven again is not to be cancelled once more by what has not come so far yet. @throws CodedError STATE_CONFLICT */
export async function requireNoCancel(tx: Sql, { workspaceId, id }: RunAddress): Promise<void> {
  const { rowCount } = await tx.query(isBeingCancelledSql, [workspaceId, id]);
  if (rowCount === 0) return;
  throw new CodedError(
    'STATE_CONFLICT',
    'What it belongs to is still being cancelled, run by run: retry it in a moment.',
  );
}

/** From those that it has reached downwards: what is told, or has ended, enqueues nothing below it any more, so that all below it can be seen. */
async function cancelPart(
  tx: Sql,
  { workspaceId, id }: RunAddress,
  parts: CancelParts,
): Promise<CancelledPart> {
  const toTell: string[] = [];
  let cancelled = 0;
  for (let round = 1; cancelled < batch && round <= rounds; round += 1) {
    const { rows: reached } = await tx.query<{ id: string }>(
      frontierSql,
      [workspaceId, id, frontier],
      'jobs_cancel_frontier',
    );
    if (reached.length === 0) {
      await tx.query(endCancelSql, [workspaceId, id]);
      return { cancelled, toTell, goesOn: false };
    }
    const place = [workspaceId, id, reached.map((run) => run.id)];
    const room = batch - cancelled;
    const { rows: found } = await tx.query<{ id: string }>(
      toCancelBelowSql,
      [...place, room],
      'jobs_cancel_below',
    );
    const { runs, running } = await cancelThese(tx, { workspaceId, ids: found.map((run) => run.id) }, parts);
    toTell.push(...running);
    cancelled += runs;
    const last = found[room - 1];
    if (last === undefined) await tx.query(passSql, place, 'jobs_cancel_pass');
    else await tx.query(cancelledUntilSql, [...place, last.id]);
  }
  return { cancelled, toTell, goesOn: true };
}

async function cancelThese(
  tx: Sql,
  { workspaceId, ids }: { readonly workspaceId: string; readonly ids: readonly string[] },
  parts: CancelParts,
): Promise<{ readonly runs: number; readonly running: readonly string[] }> {
  if (ids.length === 0) return { runs: 0, running: [] };
  const { rows } = await tx.query<RunSummary>(cancelTheseSql, [workspaceId, ids], 'jobs_cancel');
  return { runs: rows.length, running: await tell(tx, rows, parts) };
}

/** Tells of runs that were cancelled, or are to be; answers the latter. What waits for one of them is cancelled by itself, further down. */
async function tell(
  tx: Sql,
  runs: readonly RunSummary[],
  { clock, actor }: CancelParts,
): Promise<readonly string[]> {
  if (runs.length === 0) return [];
  const running = runs.filter(({ state }) => state === 'RUNNING');
  const ended = runs.filter(({ state }) => state === 'CANCELLED');
  await writeOutbox(tx, [
    ...stateEvents(ended, { clock, actor }),
    ...running.map((run) => runEvent(run, 'cancel_requested', { clock, actor })),
  ]);
  return running.map(({ id }) => id);
}
