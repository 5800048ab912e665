import { expect, test } from 'vitest';
import { addAskedGauge } from './asked-gauge.ts';
import { createMetrics } from './metrics.ts';

test('figures that are asked for when they are read do not keep the others back when nobody answers', async () => {
  const metrics = createMetrics();
  let value = 1;
  const gauge = (name: string, ask: () => Promise<number>): void =>
    addAskedGauge(metrics, {
      name,
      help: name,
      labelNames: ['of'],
      ask: async () => [{ labels: { of: 'test' }, value: await ask() }],
    });
  gauge('answered', async () => value);
  gauge('failed', () => Promise.reject(new Error('away')));
  gauge('stalled', () => new Promise(() => undefined));
  expect(await metrics.metrics()).toContain('answered{of="test"} 1');
  value = 2;
  const later = await metrics.metrics();
  expect(later).toContain('answered{of="test"} 2');
  expect(later).not.toMatch(/^(failed|stalled)\{/m);
});

test('a figure that is no number costs itself and none of the others', async () => {
  const metrics = createMetrics();
  const gauge = (name: string, value: unknown): void =>
    addAskedGauge(metrics, {
      name,
      help: name,
      labelNames: [],
      ask: async () => [{ labels: {}, value: value as number }],
    });
  gauge('wrong', 'many');
  gauge('right', 1);
  expect(await metrics.metrics()).toContain('right 1');
});
