import { withoutRepeats } from '@tributary/test-kit';
import fc from 'fast-check';
import { expect, test } from 'vitest';

/** What a log holds when relays die between telling a batch and crossing it out: lengths of batches, and whether the relay died after it. */
function logOf(batches: readonly (readonly [number, boolean])[]): number[] {
  const told: number[] = [];
  let crossedOut = 0;
  for (const [length, died] of batches) {
    const last = Math.max(crossedOut + length, ...told.slice(-1));
    for (let version = crossedOut + 1; version <= last; version += 1) told.push(version);
    if (!died) crossedOut = last;
  }
  return told;
}

test('what relays that died told again is left out, however often and in batches of whatever length', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.boolean()), { minLength: 1 }),
      (batches) => {
        const told = logOf(batches);
        const versions = Array.from({ length: Math.max(...told) }, (_, index) => index + 1);
        expect(withoutRepeats(told)).toEqual(versions);
      },
    ),
  );
});

test('what is out of order, or left out, stays to be seen', () => {
  for (const versions of [
    [1, 2, 3, 1],
    [1, 2, 3, 1, 4],
    [1, 2, 3, 2, 4],
    [1, 3, 2, 3],
    [2, 1],
    [1, 2, 4, 3],
    [1, 2, 3, 4, 2, 3],
  ])
    expect(withoutRepeats(versions)).not.toEqual([...new Set(versions)].sort());
});
