import { describe, expect, it } from 'vitest';
import { SizedCache } from './sized-cache.ts';

describe('a cache of a size', () => {
  it('forgets what was used least recently as soon as all of it together is too large', () => {
    const cache = new SizedCache<string>(10);
    cache.set('a', 'A', 4);
    cache.set('b', 'B', 4);
    expect(cache.get('a')).toBe('A');
    cache.set('c', 'C', 4);
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual(['A', undefined, 'C']);
  });

  it('keeps nothing that is too large alone, and drops what it had in its place', () => {
    const cache = new SizedCache<string>(10);
    cache.set('a', 'A', 4);
    cache.set('b', 'B', 4);
    cache.set('a', 'larger', 11);
    expect([cache.get('a'), cache.get('b')]).toEqual([undefined, 'B']);
  });

  it('counts a value that is set again once', () => {
    const cache = new SizedCache<string>(10);
    for (let time = 0; time < 5; time += 1) cache.set('a', 'A', 4);
    cache.set('b', 'B', 6);
    expect([cache.get('a'), cache.get('b')]).toEqual(['A', 'B']);
  });

  it('makes what it does not have, and tells what was used of late', () => {
    const cache = new SizedCache<string>(10);
    const made: string[] = [];
    const use = (key: string): string =>
      cache.getOrMake(
        key,
        () => {
          made.push(key);
          return key.toUpperCase();
        },
        (value) => 4 * value.length,
      );
    for (const key of ['a', 'b', 'a', 'c', 'a']) expect(use(key)).toBe(key.toUpperCase());
    expect(made).toEqual(['a', 'b', 'c']);
    expect(cache.newest(5)).toEqual([
      ['a', 'A'],
      ['c', 'C'],
    ]);
    expect(cache.newest(1)).toEqual([['a', 'A']]);
  });
});

it('what grows is counted as it is by now, and makes room', () => {
  const cache = new SizedCache<string>(10);
  cache.set('a', 'first', 4);
  cache.set('b', 'second', 4);
  cache.resize('b', 'second', 7);
  expect(cache.get('a')).toBeUndefined();
  expect(cache.get('b')).toBe('second');
  cache.resize('b', 'another', 11);
  expect(cache.get('b')).toBe('second');
  cache.resize('b', 'second', 11);
  expect(cache.get('b')).toBeUndefined();
});

it('what nobody has used yet makes room before all else, and takes none', () => {
  const cache = new SizedCache<string>(10);
  cache.set('a', 'A', 2);
  expect(cache.setUnused('b', 'B', 3)).toBe(true);
  expect(cache.setUnused('c', 'C', 3)).toBe(true);
  expect(cache.setUnused('d', 'D', 3)).toBe(false);
  expect(cache.setUnused('c', 'larger', 4)).toBe(true);
  expect(cache.newest(5).map(([, value]) => value)).toEqual(['A', 'B', 'larger']);
  cache.set('e', 'E', 2);
  expect(cache.peek('c')).toBeUndefined();
  expect(cache.peek('b')).toBe('B');
  cache.set('f', 'F', 4);
  expect(cache.newest(5).map(([, value]) => value)).toEqual(['F', 'E', 'A']);
});
