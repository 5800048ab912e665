import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalJson } from '../src/domain/canonical-json.ts';

it('values that are equal have one text, whatever the order of their keys', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.integer(), (value, turn) => {
      const entries = Object.entries(value);
      const at = entries.length === 0 ? 0 : Math.abs(turn) % entries.length;
      const turned = Object.fromEntries([...entries.slice(at), ...entries.slice(0, at)]);
      expect(canonicalJson(turned)).toBe(canonicalJson(value));
    }),
  );
});

it('the text is JSON of the same value, so that different values have different texts', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const plain: unknown = JSON.parse(JSON.stringify(value));
      expect(JSON.parse(canonicalJson(plain))).toEqual(plain);
    }),
  );
});
