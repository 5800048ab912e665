import fc from 'fast-check';
import { expect, test } from 'vitest';
import { equal, given } from './given.ts';

test('what was not chosen is left out of the conditions, never null', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.option(fc.string(), { nil: null })),
      (chosen) => {
        const kept = given(chosen);
        expect(Object.values(kept)).not.toContain(null);
        for (const [name, value] of Object.entries(chosen))
          expect(kept[name]).toBe(value === null || value === '' ? undefined : value);
        expect(Object.keys(kept).length).toBe(Object.values(chosen).filter(Boolean).length);
      },
    ),
  );
});

test('a comparison with nothing chosen is none', () => {
  expect(given({ state: equal(null), job: equal(''), queue: equal('mail') })).toEqual({
    queue: { eq: 'mail' },
  });
});
