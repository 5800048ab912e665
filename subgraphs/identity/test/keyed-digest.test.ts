import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keyedDigest } from '../src/adapters/keyed-digest.ts';

test('messages of any text and length, one after the other, have the digests that HMAC-SHA256 gives them', () => {
  const message = fc.tuple(
    fc.uint8Array({ maxLength: 100 }),
    fc.string({ unit: 'grapheme', maxLength: 1_000 }),
  );
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 64 }),
      fc.array(message, { minLength: 1, maxLength: 5 }),
      (key, messages) => {
        const digest = keyedDigest(key);
        for (const [first, text] of messages)
          expect(digest(first, text)).toEqual(createHmac('sha256', key).update(first).update(text).digest());
      },
    ),
  );
});

test('a key that is longer than a block is refused, for it would have to be a digest of itself', () => {
  expect(() => keyedDigest(new Uint8Array(65))).toThrow(RangeError);
});
