import type { Relational, Sql } from '@tributary/engines/relational';
import { type Clock, newId, storableText } from '@tributary/runtime';
import { boundedJson } from './bounded-json.ts';
import { announce } from './dependents.ts';
import { queueLimits } from './limits.ts';
import { retryDelayMs } from './retry-schedule.ts';
import type { ClaimedRun, Lease, RunFailure, RunSummary } from './run.ts';
import { eventFrame } from './run-events.ts';
import { cancelledSql, failSql, postponeSql, releaseSql, succeedAloneSql, succeedSql } from './sql/settle.ts';

export interface SettleParts {
  readonly relational: Relational;
  readonly clock: Clock;
  /** A draw from [0, 1), for the jitter of retries. */
  readonly random: () => number;
}

export interface Completion {
  readonly lease: Lease;
  readonly output: unknown;
}

export interface FailedRun {
  readonly run: Pick<ClaimedRun, 'lease' | 'attempt' | 'spentAttempts' | 'retry'>;
  readonly failure: RunFailure;
}

export interface PostponedRun {
  readonly lease: Lease;
  readonly reason: Pick<RunFailure, 'code' | 'message'>;
}

/**
 * Ends runs well, with their events and with what this sets free. Those that nobody waits for, the most, are one statement; the others are a transaction, in
 * which what waits for them is let go. Answers those that it ended.
 */
export async function succeedRuns(
  parts: SettleParts,
  completions: readonly Completion[],
): Promise<readonly RunSummary[]> {
  const rows = completions.map(({ lease, output }, n) => {
    const json = boundedJson('The output of a run', output, queueLimits.outputBytes);
    return `${JSON.stringify({ ...lease, eventId: newId(), n }).slice(0, -1)},"output":${json}}`;
  });
  const workspaces = [...new Set(completions.map(({ lease }) => lease.workspaceId))];
  const { rows: alone } = await parts.relational.query<RunSummary>(
    succeedAloneSql,
    [`[${rows.join(',')}]`, ...eventFrame(parts.clock), workspaces, completions.map(({ lease }) => lease.id)],
    'jobs_succeed_alone',
  );
  if (alone.length === completions.length) return alone;
  const ended = new Set(alone.map(({ id }) => id));
  const left = rows.filter((_, index) => !ended.has(completions[index]?.lease.id ?? ''));
  const others = await settle(parts, (tx) =>
    tx.query<RunSummary>(succeedSql, [`[${left.join(',')}]`], 'jobs_succeed'),
  );
  return [...alone, ...others];
}

/** Ends attempts badly: tried again after its backoff while attempts are left and it makes sense, else a dead letter. */
export function failRuns(parts: SettleParts, failed: readonly FailedRun[]): Promise<readonly RunSummary[]> {
  const rows = failed.map(({ run: { lease, attempt, spentAttempts, retry }, failure }) => {
    const made = attempt - spentAttempts;
    const delayMs = made < retry.maxAttempts ? retryDelayMs(retry, made, parts.random()) : null;
    return {
      ...lease,
      code: storableText(failure.code, 100),
      message: storableText(failure.message, queueLimits.errorLength),
      delayMs: failure.retryable ? delayMs : null,
    };
  });
  return settle(parts, (tx) => tx.query<RunSummary>(failSql, [JSON.stringify(rows)], 'jobs_fail'));
}

/** Milliseconds until a run that found no place is tried again, longer where many were put back: half of it and a draw, so that they do not come back as one. */
const postponedMs = 2_000;

/** Puts runs back whose work found no place: they wait in their queue, tell why, and the attempt does not count. */
export function postponeRuns(
  parts: SettleParts,
  postponed: readonly PostponedRun[],
): Promise<readonly RunSummary[]> {
  const rows = postponed.map(({ lease, reason: { code, message } }) => ({
    ...lease,
    code: storableText(code, 100),
    message: storableText(message, queueLimits.errorLength),
    delayMs: postponedMs / 2 + parts.random() * postponedMs,
  }));
  return settle(parts, (tx) => tx.query<RunSummary>(postponeSql, [JSON.stringify(rows)], 'jobs_postpone'));
}

/** Ends runs whose work was stopped because they were cancelled. */
export function endCancelled(parts: SettleParts, leases: readonly Lease[]): Promise<readonly RunSummary[]> {
  return settle(parts, (tx) =>
    tx.query<RunSummary>(cancelledSql, [JSON.stringify(leases)], 'jobs_cancelled'),
  );
}

/** Gives back runs whose work was not begun, or was stopped because the runner goes: the next runner goes on from the checkpoint. */
export function releaseRuns(parts: SettleParts, leases: readonly Lease[]): Promise<readonly RunSummary[]> {
  return settle(parts, (tx) => tx.query<RunSummary>(releaseSql, [JSON.stringify(leases)], 'jobs_release'));
}

function settle(
  { relational, clock }: SettleParts,
  write: (tx: Sql) => Promise<{ readonly rows: readonly RunSummary[] }>,
): Promise<readonly RunSummary[]> {
  return relational.transaction(async (tx) => {
    const { rows } = await write(tx);
    await announce(tx, rows, { clock });
    return rows;
  });
}
