import { expect, it } from 'vitest';
import { Latencies } from './latencies.ts';

it('what 95 of 100 took is known once enough are, and follows the latest', () => {
  const latencies = new Latencies();
  for (let at = 1; at < 32; at += 1) latencies.add(at);
  expect(latencies.p95Ms).toBeUndefined();
  latencies.add(32);
  expect(latencies.p95Ms).toBe(31);
  for (let at = 0; at < 512; at += 1) latencies.add(at % 100 === 0 ? 5_000 : 7);
  expect(latencies.p95Ms).toBe(7);
});
