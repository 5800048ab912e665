import { isId } from '@tributary/runtime';
import fc from 'fast-check';
import { GraphQLInt } from 'graphql';
import { expect, test } from 'vitest';
import { queryParameters, variablesFrom } from '../src/domain/query-parameters.ts';
import { pathSegments } from '../src/domain/routing.ts';
import { entityTag, noneMatchHolds, versionFromIfMatch } from '../src/http/entity-tag.ts';
import { pageLinks } from '../src/http/page-links.ts';
import { derivedRecordId } from '../src/usecases/idempotency-key.ts';

const version = fc.integer({ min: 1, max: 2 ** 31 - 1 });

test('the ETag of a record gives its version back, for that record alone, and changes with any byte of the body', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.uuid(), version, fc.string(), fc.string(), (id, other, at, body, otherBody) => {
      const tag = entityTag({ id, version: at }, body);
      expect(versionFromIfMatch(tag, id)).toBe(at);
      expect(noneMatchHolds(`"x", W/${tag}`, tag)).toBe(true);
      if (other !== id) expect(() => versionFromIfMatch(tag, other)).toThrow(/ETag/);
      expect(entityTag({ id, version: at }, otherBody) === tag).toBe(body === otherBody);
    }),
  );
});

test('the ETag of what is known by its name gives its version back, whatever the name is made of', () => {
  const name = fc.stringMatching(/^[A-Za-z0-9.:_-]{1,100}$/);
  const from0 = fc.integer({ min: 0, max: 2 ** 31 - 1 });
  fc.assert(
    fc.property(name, name, from0, fc.string(), (known, other, at, body) => {
      const tag = entityTag({ name: known, version: at }, body);
      expect(versionFromIfMatch(tag, known)).toBe(at);
      if (other !== known) expect(() => versionFromIfMatch(tag, other)).toThrow(/ETag/);
    }),
  );
});

test('derived ids are ids, the same for the same key, different for another, and sort by time', () => {
  const moment = fc.integer({ min: 0, max: 2 ** 47 });
  fc.assert(
    fc.property(
      fc.string(),
      fc.string(),
      fc.string(),
      moment,
      moment,
      (who, key, otherKey, atMs, laterMs) => {
        const id = derivedRecordId(who, key, atMs);
        expect(isId(id)).toBe(true);
        expect(derivedRecordId(who, key, atMs)).toBe(id);
        expect(derivedRecordId(who, otherKey, atMs) === id).toBe(key === otherKey);
        if (atMs < laterMs) expect(id < derivedRecordId(who, key, laterMs)).toBe(true);
      },
    ),
  );
});

test('any segment that is properly encoded is read as it was meant, or refused', () => {
  // Slashes, backslashes and control characters are refused even when they are encoded.
  const harmless = fc
    .string({ minLength: 1, unit: 'grapheme' })
    .filter((text) => !/[/\\\p{Cc}]|^\.{1,2}$/u.test(text));
  fc.assert(
    fc.property(harmless, (segment) => {
      expect(pathSegments(`/v1/${encodeURIComponent(segment)}`)).toEqual(['v1', segment]);
    }),
  );
});

test('every whole number of 32 bits is taken as a parameter, and none beyond', () => {
  const parameter = { name: 'first', variable: 'first', at: [], type: GraphQLInt, required: false };
  const read = (value: number) => variablesFrom(new Map([['first', [String(value)]]]), [parameter])['first'];
  fc.assert(
    fc.property(fc.integer(), (value) => {
      expect(read(value)).toBe(value);
    }),
  );
  for (const value of [-(2 ** 31), 2 ** 31 - 1]) expect(read(value)).toBe(value);
  for (const value of [-(2 ** 31) - 1, 2 ** 31]) expect(() => read(value)).toThrow(/32 bits/);
});

test('the next page repeats every filter and carries its cursor once', () => {
  const text = fc.string({ minLength: 1, unit: 'grapheme' });
  const filters = fc.oneof(text, fc.constantFrom('a>b', '<>', '>; rel="x"'));
  fc.assert(
    fc.property(filters, text, text, (filter, oldCursor, endCursor) => {
      // `a` may be written %61, and clients send < and > as they are.
      const sent = encodeURIComponent(filter).replaceAll('%3E', '>').replaceAll('%3C', '<');
      const query = `city=${sent}&%61fter=${encodeURIComponent(oldCursor)}`;
      const header = pageLinks('/v1/airports', query, {
        nodes: [],
        pageInfo: { hasNextPage: true, endCursor },
      });
      const next = /\?([^>]*)>; rel="next"/.exec(header)?.[1] ?? '';
      expect(queryParameters(next)).toEqual(
        new Map([
          ['city', [filter]],
          ['after', [endCursor]],
        ]),
      );
    }),
  );
});
