import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FunnelCounts, type FunnelEvent, type FunnelQuestion, largestFunnels } from '../src/domain/funnel.ts';

const stepCount = 3;

const someEvent = fc.record({
  subject: fc.constantFrom('a', 'b', 'c'),
  timeMs: fc.integer({ min: 0, max: 12 }),
  steps: fc.subarray([0, 1, 2], { minLength: 1 }),
  key: fc.constant(null),
});

const ordered = (events: readonly FunnelEvent[]): readonly FunnelEvent[] =>
  [...events].sort((a, b) =>
    a.subject === b.subject ? a.timeMs - b.timeMs : a.subject < b.subject ? -1 : 1,
  );

/** By the definition: every chain of events, each later than the one before, from every start. */
function bruteReach(
  events: readonly FunnelEvent[],
  { withinMs, fromMs, toMs, steps }: FunnelQuestion,
): readonly number[] {
  const reached = Array.from({ length: steps }, () => 0);
  for (const subject of new Set(events.map((event) => event.subject))) {
    const own = events.filter((event) => event.subject === subject);
    const furthest = (step: number, startMs: number, atMs: number): number => {
      const next = own.filter(
        (event) => event.steps.includes(step) && event.timeMs > atMs && event.timeMs - startMs <= withinMs,
      );
      return Math.max(step - 1, ...next.map((event) => furthest(step + 1, startMs, event.timeMs)));
    };
    const starts = own.filter(({ timeMs, steps: is }) => is.includes(0) && timeMs >= fromMs && timeMs < toMs);
    const best = Math.max(-1, ...starts.map(({ timeMs }) => furthest(1, timeMs, timeMs)));
    for (let step = 0; step <= best; step += 1) reached[step] = (reached[step] ?? 0) + 1;
  }
  return reached;
}

test('a funnel counts for each subject the furthest of all its chains, however the events are sliced', () => {
  fc.assert(
    fc.property(
      fc.array(someEvent, { maxLength: 24 }),
      fc.integer({ min: 1, max: 25 }),
      fc.record({
        withinMs: fc.integer({ min: 0, max: 12 }),
        fromMs: fc.integer({ min: 0, max: 6 }),
        toMs: fc.integer({ min: 7, max: 13 }),
      }),
      (events, slice, range) => {
        const question = { steps: stepCount, ...range };
        const counts = new FunnelCounts(question);
        for (let at = 0; at < events.length; at += slice) counts.take(ordered(events).slice(at, at + slice));
        expect(counts.result().get('null') ?? [0, 0, 0]).toEqual(bruteReach(events, question));
      },
    ),
    { numRuns: 2_000 },
  );
});

test('the largest funnels are those that sorting all of them puts first', () => {
  const someReach = fc.tuple(
    fc.string(),
    fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 2 }),
  );
  fc.assert(
    fc.property(fc.array(someReach, { maxLength: 12 }), fc.integer({ min: 1, max: 5 }), (reach, most) => {
      const sorted = [...reach].sort(([, [a = 0]], [, [b = 0]]) => b - a);
      expect(largestFunnels(reach, most)).toEqual(sorted.slice(0, most));
    }),
  );
});
