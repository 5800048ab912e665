import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wherePrefilter } from '../../src/subscriptions/where-prefilter.ts';
import { airportUpdated } from './airport-subgraph.ts';

const eventWith = (data: object) => ({ ...airportUpdated('a1', 'x'), data });
const holdsFor = (where: unknown, after: object): boolean => wherePrefilter(where)(eventWith({ after }));

test.each([
  [{ name: { eq: 'Seattle' } }, true],
  [{ name: { eq: 'Austin' } }, false],
  [{ name: { startsWith: 'sea' } }, false],
  [{ name: { startsWith: 'sea', ignoreCase: true } }, true],
  [{ delay: { gt: 5, lte: 10 } }, true],
  [{ delay: { in: [1, 2] } }, false],
  [{ gate: { isNull: true } }, true],
  [{ or: [{ name: { eq: 'Austin' } }, { delay: { eq: 10 } }] }, true],
  [{ not: { name: { contains: 'eat' } } }, false],
  [{ origin: { eq: 'id-1' } }, true],
])('%j decides like the subgraph', (where, expected) => {
  expect(holdsFor(where, { name: 'Seattle', delay: 10, gate: null, origin: 'id-1' })).toBe(expected);
});

test.each([
  ['an operator nobody knows', { name: { near: 'Austin' } }],
  ['its negation', { not: { name: { near: 'Austin' } } }],
  ['a time in another zone than it is stored in', { at: { eq: '2026-01-01T01:00:00+01:00' } }],
  ['a field the event does not carry', { createdAt: { isNull: false }, id: { eq: 'x' } }],
  ['an alternative that is unknown', { or: [{ name: { eq: 'Austin' } }, { name: { near: 'x' } }] }],
  ['something that is no where at all', 42],
  ['names of the prototype', { constructor: { eq: 'x' }, __proto__: null }],
])('%s is left to the subgraph', (_what, where) => {
  expect(holdsFor(where, { name: 'Seattle', at: '2026-01-01T00:00:00.000Z' })).toBe(true);
});

test('a condition that says nothing holds, so that its negation does not: no event is lost to an empty list inside of a negation', () => {
  const never = { not: { and: [] } };
  const row = { name: 'Seattle' };
  expect(holdsFor({ not: { and: [never, { name: { eq: 'Seattle' } }] } }, row)).toBe(true);
  expect(holdsFor({ not: { not: {}, name: { eq: 'Seattle' } } }, row)).toBe(true);
  expect(holdsFor({ or: [{ and: [] }, { name: { eq: 'Austin' } }] }, row)).toBe(true);
  expect(holdsFor({}, row)).toBe(true);
  expect(holdsFor(never, row)).toBe(false);
  expect(holdsFor({ or: [] }, row)).toBe(false);
});

test('what was deleted is matched by its last state', () => {
  const holds = wherePrefilter({ name: { eq: 'Seattle' } });
  expect(holds(eventWith({ before: { name: 'Seattle' }, after: null }))).toBe(true);
  expect(holds(eventWith({ before: { name: 'Austin' }, after: null }))).toBe(false);
});

type Where = Readonly<Record<string, unknown>>;

/** The subgraph's own reading of the generated filters, where an unknown operator may turn out either way. */
function readings(where: Where, row: Readonly<Record<string, number>>): ReadonlySet<boolean> {
  const both = new Set([true, false]);
  const conjunction = (parts: readonly ReadonlySet<boolean>[]): ReadonlySet<boolean> => {
    const can = new Set<boolean>();
    if (parts.every((part) => part.has(true))) can.add(true);
    if (parts.some((part) => part.has(false))) can.add(false);
    return can;
  };
  const negated = (part: ReadonlySet<boolean>): ReadonlySet<boolean> =>
    new Set([...part].map((value) => !value));
  return conjunction(
    Object.entries(where).map(([name, condition]) => {
      if (name === 'and') return conjunction((condition as Where[]).map((part) => readings(part, row)));
      if (name === 'or')
        return negated(conjunction((condition as Where[]).map((part) => negated(readings(part, row)))));
      if (name === 'not') return negated(readings(condition as Where, row));
      const [[op, value] = ['', 0]] = Object.entries(condition as Record<string, number>);
      if (op === 'eq') return new Set([row[name] === value]);
      if (op === 'lt') return new Set([(row[name] ?? 0) < value]);
      return both;
    }),
  );
}

test('an event is held back only when no reading of the filter could want it', () => {
  const leaf = fc.oneof(
    fc.record({ a: fc.record({ eq: fc.nat(2) }) }),
    fc.record({ b: fc.record({ lt: fc.nat(2) }) }),
    fc.record({ a: fc.record({ unknown: fc.nat(2) }) }),
  );
  const { where } = fc.letrec<{ where: Where }>((tie) => ({
    where: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.record({ and: fc.array(tie('where'), { maxLength: 3 }) }),
      fc.record({ or: fc.array(tie('where'), { maxLength: 3 }) }),
      fc.record({ not: tie('where') }),
      // Several conditions side by side, or none.
      fc.record(
        { not: tie('where'), and: fc.array(tie('where'), { maxLength: 2 }), a: fc.record({ eq: fc.nat(2) }) },
        { requiredKeys: [] },
      ),
    ),
  }));
  fc.assert(
    fc.property(where, fc.record({ a: fc.nat(2), b: fc.nat(2) }), (filter, row) => {
      if (!holdsFor(filter, row)) expect(readings(filter, row).has(true)).toBe(false);
    }),
    { numRuns: 5_000 },
  );
});
