import fc from 'fast-check';
import { expect, test } from 'vitest';
import { base64Of, bytesOf, mergedUpdates, SharedText } from './shared-text.ts';

/** Two people at one text whose updates wait until they are exchanged. */
function twoDesks() {
  const waiting: { a: Uint8Array[]; b: Uint8Array[] } = { a: [], b: [] };
  const places = { a: 0, b: 0 };
  const desk = (own: 'a' | 'b'): SharedText =>
    new SharedText({
      onUpdate: (update) => waiting[own].push(update),
      onRemote: (moved) => {
        places[own] = moved(places[own]);
      },
    });
  const desks = { a: desk('a'), b: desk('b') };
  const exchange = (): void => {
    const { a, b } = waiting;
    waiting.a = [];
    waiting.b = [];
    if (a.length > 0) desks.b.apply(bytesOf(base64Of(mergedUpdates(a))));
    for (const update of b) desks.a.apply(update);
  };
  return { ...desks, places, exchange };
}

test('whatever two people type at once, both read the same afterwards, and nobody’s alone is lost', () => {
  const typing = fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.string({ unit: 'binary', maxLength: 8 })), {
    maxLength: 12,
  });
  fc.assert(
    fc.property(typing, fc.array(fc.boolean(), { maxLength: 12 }), (typed, exchanges) => {
      const desks = twoDesks();
      for (const [index, [who, text]] of typed.entries()) {
        const desk = who === 'a' ? desks.a : desks.b;
        desk.type(text);
        expect(desk.text).toBe(text);
        if (exchanges[index] === true) desks.exchange();
      }
      desks.exchange();
      expect(desks.a.text).toBe(desks.b.text);
    }),
    { numRuns: 60 },
  );
});

test('what two people put into different places is all there', () => {
  const { a, b, exchange } = twoDesks();
  a.type('Gate closes at nine.');
  exchange();
  a.type('The gate closes at nine.');
  b.type('Gate closes at nine. Hurry.');
  exchange();
  for (const desk of [a, b]) expect(desk.text).toBe('The gate closes at nine. Hurry.');
});

test('characters of two units that share one of them are exchanged whole', () => {
  const { a, b, exchange } = twoDesks();
  for (const text of ['😀', '😁', '😁😀', '𐀀😀', '𐀀😀😁']) {
    a.type(text);
    exchange();
    expect([a.text, b.text]).toEqual([text, text]);
  }
});

test('one’s place moves with what others write and take away before it, and stays where they do so behind it', () => {
  const { a, b, places, exchange } = twoDesks();
  a.type('one two three');
  exchange();
  places.b = 8;
  a.type('zero one two three');
  exchange();
  expect(places.b).toBe(13);
  a.type('zero one two three four');
  exchange();
  expect(places.b).toBe(13);
  a.type('two three four');
  exchange();
  expect(places.b).toBe(4);
  expect(b.text.slice(places.b)).toBe('three four');
});
