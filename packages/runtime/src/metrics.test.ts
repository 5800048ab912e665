import { expect, test } from 'vitest';
import { createMetrics } from './metrics.ts';

test('the engines of a process are told by their schemes, and no address or password with them', async () => {
  const metrics = createMetrics({
    eventLogUrl: 'kafka://shop:s3cret@broker:9092/shop.',
    documentStoreUrl: 'embedded:',
  });
  const text = await metrics.metrics();
  expect(text).toContain('tributary_engine_info{port="event-log",engine="kafka"} 1');
  expect(text).toContain('tributary_engine_info{port="document-store",engine="embedded"} 1');
  expect(text).not.toMatch(/s3cret|broker|port="database"/);
});
