import { addAskedGauge, type Registry } from '@tributary/runtime';
import type { Relational } from './port.ts';

/** How the connections of this process to the database are used, and how many wait for one. */
export function addPoolFigures(registry: Registry, { pool }: Pick<Relational, 'pool'>): void {
  addAskedGauge(registry, {
    name: 'tributary_database_connections',
    help: 'Connections to the database: in_use, idle, and calls that wait for one (waiting).',
    labelNames: ['state'],
    ask: async () => [
      { labels: { state: 'in_use' }, value: pool.totalCount - pool.idleCount },
      { labels: { state: 'idle' }, value: pool.idleCount },
      { labels: { state: 'waiting' }, value: pool.waitingCount },
    ],
  });
}
