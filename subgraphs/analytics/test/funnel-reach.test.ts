import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type FunnelEvent, type FunnelQuestion, funnelReach } from '../src/domain/funnel.ts';

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

test('a funnel counts for each subject the furthest of all its chains', () => {
  fc.assert(
    fc.property(
      fc.array(someEvent, { maxLength: 24 }),
      fc.record({
        withinMs: fc.integer({ min: 0, max: 12 }),
        fromMs: fc.integer({ min: 0, max: 6 }),
        toMs: fc.integer({ min: 7, max: 13 }),
      }),
      (events, range) => {
        const question = { steps: stepCount, ...range };
        const reach = funnelReach(ordered(events), question);
        expect(reach.get('null') ?? [0, 0, 0]).toEqual(bruteReach(events, question));
      },
    ),
    { numRuns: 2_000 },
  );
});
