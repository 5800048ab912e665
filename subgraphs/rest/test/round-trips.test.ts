import { isId } from '@tributary/runtime';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { queryParameters } from '../src/domain/query-parameters.ts';
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

test('the next page repeats every filter and carries its cursor once', () => {
  const text = fc.string({ minLength: 1, unit: 'grapheme' });
  fc.assert(
    fc.property(text, text, text, (filter, oldCursor, endCursor) => {
      const query = `city=${encodeURIComponent(filter)}&after=${encodeURIComponent(oldCursor)}`;
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
