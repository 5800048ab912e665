import { addAskedGauge, createMetrics } from '@tributary/runtime';
import { freshDatabase } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { addPoolFigures } from './pool-figures.ts';

test('figures that ask the database are not counted as its users by the scrape that asks them', async () => {
  await using relational = await freshDatabase();
  const metrics = createMetrics();
  const asking = (name: string): void =>
    addAskedGauge(metrics, {
      name,
      help: name,
      labelNames: ['of'],
      ask: async () => {
        const { rows } = await relational.query<{ n: number }>('SELECT 1 AS n');
        return rows.map(({ n }) => ({ labels: { of: 'test' }, value: n }));
      },
    });
  for (const name of ['before_1', 'before_2', 'before_3']) asking(name);
  addPoolFigures(metrics, relational);
  asking('after');
  for (let nth = 1; nth <= 2; nth += 1) {
    const text = await metrics.metrics();
    for (const state of ['waiting', 'in_use'])
      expect(text).toContain(`tributary_database_connections{state="${state}"} 0`);
    for (const name of ['before_1', 'before_3', 'after']) expect(text).toContain(`${name}{of="test"} 1`);
  }
});
