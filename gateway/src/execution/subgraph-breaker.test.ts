import { expect, it } from 'vitest';
import { CallerGone, Leaving } from './departure.ts';
import { createSubgraphBreaker } from './subgraph-breaker.ts';

const never = (): Promise<never> => new Promise(() => undefined);
const away = (): Promise<never> => Promise.reject(new Error('away'));

it('a trial that its caller leaves says nothing: the circuit stays open for the next one', async () => {
  const breaker = createSubgraphBreaker({ timeoutMs: 60_000, failureThreshold: 2, retryAfterMs: 0 });
  for (let at = 0; at < 2; at += 1) await expect(breaker.run(away, undefined)).rejects.toThrow('away');
  const leaving = new Leaving();
  const trial = breaker.run(never, leaving);
  leaving.abort();
  await expect(trial).rejects.toBeInstanceOf(CallerGone);
  expect(breaker.state).toBe('half-open');
  expect(await breaker.run(() => Promise.resolve('there'), undefined)).toBe('there');
  expect(breaker.state).toBe('closed');
});

it('a call that takes too long is told to end, and counts against the subgraph; one whose caller has left is not begun', async () => {
  const breaker = createSubgraphBreaker({ timeoutMs: 20, failureThreshold: 1, retryAfterMs: 60_000 });
  let begun = 0;
  const slow = (signal: AbortSignal): Promise<never> => {
    begun += 1;
    told = signal;
    return never();
  };
  let told: AbortSignal | undefined;
  const left = new Leaving();
  left.abort();
  await expect(breaker.run(slow, left)).rejects.toBeInstanceOf(CallerGone);
  expect(begun).toBe(0);
  await expect(breaker.run(slow, undefined)).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  expect(told?.aborted).toBe(true);
  await expect(breaker.run(slow, undefined)).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
  expect([begun, breaker.state]).toEqual([1, 'open']);
});
