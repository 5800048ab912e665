import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SlidingWindow } from './sliding-window.ts';

const windowMs = 1_000;
const histories = fc.array(
  fc.record({ waitMs: fc.oneof(fc.nat(400), fc.double({ min: 0, max: 30, noNaN: true })), cost: fc.nat(4) }),
  { maxLength: 120 },
);

test('a window decides as a full log of what was taken would, to the millisecond', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ waitMs: fc.nat(400), cost: fc.nat(4) }), { maxLength: 120 }),
      fc.integer({ min: 4, max: 12 }),
      (steps, limit) => {
        const window = new SlidingWindow();
        const log: { atMs: number; cost: number }[] = [];
        let nowMs = 0;
        for (const { waitMs, cost } of steps) {
          nowMs += waitMs;
          const used = log
            .filter(({ atMs }) => atMs > nowMs - windowMs)
            .reduce((sum, taken) => sum + taken.cost, 0);
          const fits = used + cost <= limit;
          const budget = window.take({ key: '', limit, windowMs, cost }, nowMs);
          expect(budget).toMatchObject({ allowed: fits, remaining: limit - used - (fits ? cost : 0) });
          if (fits) log.push({ atMs: nowMs, cost });
        }
      },
    ),
  );
});

test('who waits as long as the refusal says is let through', () => {
  fc.assert(
    fc.property(histories, fc.integer({ min: 4, max: 12 }), (steps, limit) => {
      const window = new SlidingWindow();
      let nowMs = 0.1;
      for (const { waitMs, cost } of steps) {
        nowMs += waitMs;
        const { allowed, retryAfterMs } = window.take({ key: '', limit, windowMs, cost }, nowMs);
        if (allowed) continue;
        expect(retryAfterMs).toBeGreaterThan(0);
        nowMs += retryAfterMs;
        expect(window.take({ key: '', limit, windowMs, cost }, nowMs).allowed).toBe(true);
      }
    }),
  );
});

test('under ten thousand takings no window of time holds more than the limit, nearly all of it is given, and memory stays small', () => {
  fc.assert(
    fc.property(fc.infiniteStream(fc.double({ min: 0, max: 0.3, noNaN: true })), (waits) => {
      const window = new SlidingWindow();
      const limit = 2_000;
      const taken: number[] = [];
      let nowMs = 0;
      for (let step = 0; step < 10_000; step += 1) {
        nowMs += waits.next().value ?? 0;
        if (window.take({ key: '', limit, windowMs, cost: 1 }, nowMs).allowed) taken.push(nowMs);
      }
      // The taking `limit` places earlier must have left the window: exactly the promise.
      for (let index = limit; index < taken.length; index += 1) {
        expect((taken[index] ?? 0) - (taken[index - limit] ?? 0)).toBeGreaterThanOrEqual(windowMs - 1e-6);
      }
      expect(window.takings).toBeLessThanOrEqual(514);
      const whole = Math.min(10_000, (nowMs / windowMs) * limit);
      expect(taken.length).toBeGreaterThan(whole * 0.95);
    }),
    { numRuns: 5 },
  );
});
