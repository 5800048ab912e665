import type { Relational } from '@tributary/engines/relational';
import type { Clock } from '@tributary/runtime';
import { announce } from './dependents.ts';
import type { RunSummary } from './run.ts';
import { givenUpJobsSql } from './sql/known-jobs.ts';
import { forgetSeenSql, forgetSql, giveUpSql, promoteSql, reapSql, sweepSql } from './sql/maintain.ts';

const batch = 1_000;

export interface MaintainParts {
  readonly relational: Relational;
  readonly clock: Clock;
}

/** Lets runs go whose moment has come; answers how many. Any number of processes may do it at once. */
export function promoteDue(parts: MaintainParts): Promise<number> {
  return change(parts, promoteSql, 'jobs_promote');
}

/** Takes runs from runners that are gone; answers how many. */
export function reapLost(parts: MaintainParts): Promise<number> {
  return change(parts, reapSql, 'jobs_reap');
}

/** Moves runs that no longer fit their queue's state; answers how many. */
export function sweepQueues(parts: MaintainParts): Promise<number> {
  return change(parts, sweepSql, 'jobs_sweep');
}

/**
 * Days that finished runs are kept, and dead letters; and which events took effect, counted from when they came last: longer than one of them may come once more. It is given up as long as its
 * topic keeps it, redriven as long as its letter is kept, and then waits as a redelivery; Kafka's records outlive each retention by a seventh.
 */
export const retentionDays = { finished: 30, deadLetters: 90, inbox: 150 } as const;

export interface Forgotten {
  readonly runs: number;
  /** A batch was full: there may be more to forget, so ask again. */
  readonly hasMore: boolean;
}

/** Removes what is older than its retention, a batch of runs and one of the inbox at a time. Any number of processes may do it at once. */
export async function forgetOld({ relational }: MaintainParts): Promise<Forgotten> {
  const { finished, deadLetters, inbox } = retentionDays;
  const { rowCount: runs } = await relational.query(forgetSql, [finished, deadLetters, batch]);
  const { rowCount: seen } = await relational.query(forgetSeenSql, [inbox, batch]);
  return { runs, hasMore: runs === batch || seen === batch };
}

/**
 * Ends runs that wait for a job no runner has named for a day; answers them, a batch at most. Paused queues keep theirs. Any number of processes may do it
 * at once.
 */
export async function giveUpRuns(parts: MaintainParts): Promise<readonly RunSummary[]> {
  const { rows } = await parts.relational.query<{ name: string }>(givenUpJobsSql, [], 'jobs_given_up');
  if (rows.length === 0) return [];
  return parts.relational.transaction(async (tx) => {
    const names = rows.map(({ name }) => name);
    const { rows: runs } = await tx.query<RunSummary>(giveUpSql, [batch, names], 'jobs_give_up');
    await announce(tx, runs, { clock: parts.clock });
    return runs;
  });
}

async function change({ relational, clock }: MaintainParts, sql: string, name: string): Promise<number> {
  return relational.transaction(async (tx) => {
    const { rows } = await tx.query<RunSummary>(sql, [batch], name);
    await announce(tx, rows, { clock });
    return rows.length;
  });
}
