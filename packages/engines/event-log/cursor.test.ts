import { CodedError } from '@tributary/runtime';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCursorCodec, type LogPosition } from './cursor.ts';

const codec = createCursorCodec('a secret of at least sixteen bytes');
const offsets = fc.array(fc.maxSafeNat(), { maxLength: 16 });
const positions: fc.Arbitrary<LogPosition> = fc.dictionary(
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  offsets,
  { maxKeys: 5 },
);

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return error instanceof CodedError ? error.code : `not coded: ${String(error)}`;
  }
  return 'nothing thrown';
}

describe('a cursor', () => {
  test('gives back exactly the position it was made from', () => {
    fc.assert(
      fc.property(positions, (position) => {
        expect(codec.decode(codec.encode(position))).toEqual({ ...position });
      }),
    );
  });

  test('is the same whatever the order of the topics', () => {
    expect(codec.encode({ a: [1], b: [2] })).toBe(codec.encode({ b: [2], a: [1] }));
  });

  test('is refused after any change of any character', () => {
    fc.assert(
      fc.property(positions, fc.nat(), fc.stringMatching(/^[A-Za-z0-9_-]$/), (position, at, character) => {
        const cursor = codec.encode(position);
        const index = at % cursor.length;
        const changed = cursor.slice(0, index) + character + cursor.slice(index + 1);
        fc.pre(changed !== cursor);
        expect(codeOf(() => codec.decode(changed))).toBe('CURSOR_INVALID');
      }),
    );
  });

  test('is refused when it is any other text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        (text) => codeOf(() => codec.decode(text)) === 'CURSOR_INVALID',
      ),
    );
    expect(codeOf(() => codec.decode('A'.repeat(1_000_000)))).toBe('CURSOR_INVALID');
  });

  test('is refused by a codec with another secret, and when padded or extended', () => {
    const cursor = codec.encode({ 'data.record': [5, 0, 7] });
    const other = createCursorCodec('another secret of sixteen bytes or more');
    expect(codeOf(() => other.decode(cursor))).toBe('CURSOR_INVALID');
    for (const variant of [`${cursor}=`, `${cursor}A`, ` ${cursor}`, `${cursor}\n`]) {
      expect(codeOf(() => codec.decode(variant))).toBe('CURSOR_INVALID');
    }
  });

  test('of three partitions stays under 60 characters', () => {
    expect(codec.encode({ 'data.record': [120_000, 98_000, 143_000] }).length).toBeLessThan(60);
  });

  test('of one topic, or log, is not of another one of its name, as far as anybody knows', () => {
    fc.assert(
      fc.property(
        positions,
        fc.dictionary(fc.string({ unit: 'grapheme' }), fc.string()),
        (position, known) => {
          const cursor = codec.encode(position, known);
          expect(codec.decode(cursor)).toEqual({ ...position });
          for (const topic of Object.keys(position)) {
            const identity = Object.hasOwn(known, topic) ? known[topic] : undefined;
            expect(codec.mayBeOf(cursor, topic, identity)).toBe(true);
            expect(codec.mayBeOf(cursor, topic, undefined)).toBe(true);
            expect(codec.isOf(cursor, topic, identity)).toBe(identity !== undefined);
            expect(codec.isOf(cursor, topic, `${identity} another`)).toBe(false);
            expect(codec.mayBeOf(cursor, topic, `${identity} another`)).toBe(identity === undefined);
          }
        },
      ),
    );
    const cursor = codec.encode({ a: [1], b: [2] }, { a: 'one' });
    const said = [codec.mayBeOf(cursor, 'a', 'two'), codec.mayBeOf(cursor, 'b', 'two')];
    expect(said).toEqual([false, true]);
    expect(codec.mayBeOf(codec.encode({ a: [1] }), 'a', 'two')).toBe(true);
  });

  test('cannot be signed with a guessable secret', () => {
    expect(codeOf(() => createCursorCodec('short'))).toBe('CONFIG_INVALID');
  });
});
