import fc from 'fast-check';
import { expect, it } from 'vitest';
import { GatheredBytes } from './gathered-bytes.ts';

const lengths = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 0, max: 40 }) },
    { weight: 2, arbitrary: fc.integer({ min: 900, max: 1_100 }) },
    { weight: 1, arbitrary: fc.integer({ min: 60_000, max: 70_000 }) },
  ),
  { maxLength: 200 },
);

it('what came in pieces is whole, in its order', () => {
  fc.assert(
    fc.property(lengths, (each) => {
      const gathered = new GatheredBytes();
      const pieces = each.map((length, number) =>
        Buffer.from(Array.from({ length }, (_, at) => number * 31 + at)),
      );
      for (const piece of pieces) gathered.add(piece);
      const whole = Buffer.concat(pieces);
      expect(gathered.length).toBe(whole.length);
      expect(gathered.whole().equals(whole)).toBe(true);
    }),
    { numRuns: 50 },
  );
});

it('what came at once is not copied', () => {
  const gathered = new GatheredBytes();
  const piece = Buffer.from('{}');
  gathered.add(piece);
  expect(gathered.whole()).toBe(piece);
});
