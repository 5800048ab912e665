import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CodedError } from './coded-error.ts';
import { fittingParts } from './fitting-parts.ts';

test('whatever items take, each comes once, in order, and in parts that fit or are one item', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 20_000_000 }), { maxLength: 300 }), async (sizes) => {
      const items = sizes.map((bytes, at) => ({ at, bytes }));
      const taken: (typeof items)[number][] = [];
      const parts = fittingParts<(typeof items)[number]>(async ({ after, size, mostBytes }) => {
        const from = after === undefined ? 0 : after.at + 1;
        const part = items.slice(from, from + size);
        const bytes = part.reduce((sum, item) => sum + item.bytes, 0);
        if (bytes > (mostBytes ?? Number.POSITIVE_INFINITY))
          throw new CodedError('PAYLOAD_TOO_LARGE', 'too much');
        return part;
      });
      for await (const part of parts) taken.push(...part);
      expect(taken).toEqual(items);
    }),
    { numRuns: 50 },
  );
});
