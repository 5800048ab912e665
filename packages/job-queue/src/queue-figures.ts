import type { Relational } from '@tributary/engines/relational';
import { addAskedGauge, Counter, type Registry } from '@tributary/runtime';

/** Names of queues are the users' own: only so many series are made of them. */
const mostSeries = 100;

const waitingSql = `
SELECT queue, state, count(*)::float8 AS runs FROM jobs.run
WHERE state IN ('WAITING', 'DELAYED', 'HELD', 'QUEUED', 'RUNNING')
GROUP BY queue, state ORDER BY runs DESC, queue, state LIMIT ${mostSeries}`;

/** How many runs are in each queue, over all workspaces, by state; the largest hundred. */
export function addQueueFigures(registry: Registry, relational: Relational): void {
  addAskedGauge(registry, {
    name: 'tributary_job_runs',
    help: 'Runs that have not ended, by queue and state, over all workspaces; the largest hundred.',
    labelNames: ['queue', 'state'],
    ask: async () => {
      const { rows } = await relational.query<{ queue: string; state: string; runs: number }>(waitingSql);
      return rows.map(({ queue, state, runs }) => ({ labels: { queue, state }, value: runs }));
    },
  });
}

/** Counts the runs that runners of this process ended, by the state they ended in. */
export function runsEndedCounter(registry: Registry): Counter<'state'> {
  return new Counter({
    name: 'tributary_job_runs_ended_total',
    help: 'Runs that this process ended, by state.',
    labelNames: ['state'],
    registers: [registry],
  });
}
