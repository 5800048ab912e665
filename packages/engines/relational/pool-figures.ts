import { addAskedGauge, type Registry } from '@tributary/runtime';
import type { Relational } from './port.ts';

const name = 'tributary_database_connections';

/** How the connections of this process to the database are used, and how many wait for one, but for what this scrape itself asks. */
export function addPoolFigures(registry: Registry, { pool }: Pick<Relational, 'pool'>): void {
  addAskedGauge(registry, {
    name,
    help: 'Connections to the database: in_use, idle, and calls that wait for one (waiting).',
    labelNames: ['state'],
    ask: async () => [
      { labels: { state: 'in_use' }, value: pool.totalCount - pool.idleCount },
      { labels: { state: 'idle' }, value: pool.idleCount },
      { labels: { state: 'waiting' }, value: pool.waitingCount },
    ],
  });
  moveFirst(registry, name);
}

/** A registry collects in the order of its figures: others would already have asked the database, and be counted as users of it. */
function moveFirst(registry: Registry, name: string): void {
  for (const { name: other } of registry.getMetricsAsArray()) {
    const metric = registry.getSingleMetric(other);
    if (other === name || metric === undefined) continue;
    registry.removeSingleMetric(other);
    registry.registerMetric(metric);
  }
}
