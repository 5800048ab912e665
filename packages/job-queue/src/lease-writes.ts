import { createEvent } from '@tributary/engines/event-log/event';
import { writeOutbox } from '@tributary/engines/outbox/relational';
import type { Relational } from '@tributary/engines/relational';
import { type Clock, storableText } from '@tributary/runtime';
import { boundedJson } from './bounded-json.ts';
import { queueLimits } from './limits.ts';
import { boundedLine } from './log-line.ts';
import type { Lease, RunLogLine, RunPrincipal, RunProgress, RunSummary } from './run.ts';
import { runEvent } from './run-events.ts';
import { checkpointSql, countLogSql, heartbeatSql, heldSql, progressSql, writeLogSql } from './sql/lease.ts';

export interface LeaseParts {
  readonly relational: Relational;
  readonly clock: Clock;
}

export interface Heartbeat {
  readonly id: string;
  readonly cancelRequested: boolean;
  /** False: somebody had the run locked at that moment. The lease is held as long as before, so ask again soon. */
  readonly isRenewed: boolean;
}

/** Renews leases in one statement, without waiting for anybody. Runs missing in the answer are lost: stop working on them, nothing you write counts. */
export async function heartbeat(
  { relational }: LeaseParts,
  leases: readonly Lease[],
  leaseMs: number,
): Promise<readonly Heartbeat[]> {
  const values = [JSON.stringify(leases), leaseMs, queueLimits.graceMs];
  return (await relational.query<Heartbeat>(heartbeatSql, values, 'jobs_heartbeat')).rows;
}

/** The ids of those runs whose leases are held. */
export async function heldRuns(
  { relational }: LeaseParts,
  leases: readonly Lease[],
): Promise<ReadonlySet<string>> {
  const { rows } = await relational.query<{ id: string }>(heldSql, [JSON.stringify(leases)], 'jobs_held');
  return new Set(rows.map(({ id }) => id));
}

/** Tells how far a run is. False: the lease is lost. */
export async function writeProgress(
  { relational, clock }: LeaseParts,
  lease: Lease,
  { done, total, message }: RunProgress,
): Promise<boolean> {
  const values = [
    JSON.stringify([lease]),
    done,
    total,
    message === null ? null : storableText(message, queueLimits.logMessageLength),
  ];
  return relational.transaction(async (tx) => {
    const { rows } = await tx.query<RunSummary>(progressSql, values, 'jobs_progress');
    await writeOutbox(
      tx,
      rows.map((run) => runEvent(run, 'progressed', { clock, actor: run.principal })),
    );
    return rows.length > 0;
  });
}

/** Keeps what the run can go on from after a crash. False: the lease is lost, and another may have gone on already. */
export async function writeCheckpoint(
  { relational }: LeaseParts,
  lease: Lease,
  state: unknown,
): Promise<boolean> {
  const json = boundedJson('The checkpoint of a run', state, queueLimits.checkpointBytes);
  const { rowCount } = await relational.query(
    checkpointSql,
    [JSON.stringify([lease]), json],
    'jobs_checkpoint',
  );
  return rowCount > 0;
}

/** Stands where nobody can know whether more is said. */
const fullLog = {
  level: 'WARN',
  message: 'The log of a run has 10,000 lines: what this one was, and what was said after it, is not kept.',
  fields: {},
} as const;

/** Adds lines to the run's log, as rows and as one event. The last of 10,000 says that it is, and beyond it nothing is kept. False: the lease is lost. */
export async function writeLog(
  { relational, clock }: LeaseParts,
  lease: Lease,
  lines: readonly RunLogLine[],
): Promise<boolean> {
  return relational.transaction(async (tx) => {
    const { rows } = await tx.query<{ last: number; principal: RunPrincipal }>(
      countLogSql,
      [JSON.stringify([lease]), lines.length],
      'jobs_count_log',
    );
    const [counted] = rows;
    if (counted === undefined) return false;
    const first = counted.last - lines.length + 1;
    const kept = lines
      .map((line, index) => {
        const seq = first + index;
        const { atMs, ...stored } = boundedLine(
          seq === queueLimits.logLines ? { ...fullLog, atMs: line.atMs } : line,
        );
        return { ...stored, at: new Date(atMs).toISOString(), seq };
      })
      .filter(({ seq }) => seq <= queueLimits.logLines);
    if (kept.length === 0) return true;
    await tx.query(writeLogSql, [lease.workspaceId, lease.id, JSON.stringify(kept)], 'jobs_write_log');
    const event = createEvent({
      type: 'jobs.run_log.written',
      source: '/workers/job-runner',
      subject: `Run/${lease.id}`,
      workspaceId: lease.workspaceId,
      actor: { kind: counted.principal.kind, id: counted.principal.id },
      data: { runId: lease.id, lines: kept },
      clock,
    });
    await writeOutbox(tx, [{ topic: 'jobs.run_log', event }]);
    return true;
  });
}
