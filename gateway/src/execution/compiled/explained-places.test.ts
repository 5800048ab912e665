import fc from 'fast-check';
import { GraphQLError } from 'graphql';
import { expect, it } from 'vitest';
import { unexplainedBy } from './explained-places.ts';

const nobody: ReadonlySet<string> = new Set();
const errorAt = (path: readonly (string | number)[]): GraphQLError => new GraphQLError('Broken.', { path });

it.each([
  ['above it', ['orders'], false],
  ['at it', ['orders', 1, 'total'], false],
  ['below it', ['orders', 1, 'total', 'amount'], false],
  ['beside it in its object', ['orders', 1, 'customer', 'name'], false],
  ['in another object of its list', ['orders', 2, 'total'], true],
  ['in an object whose key reads like its place', ['orders', '1', 'total'], true],
  ['elsewhere', ['customers'], true],
])('an error %s explains a null, or does not', (_, path, isUnexplained) => {
  expect(unexplainedBy([errorAt(path)], nobody)(['orders', 1, 'total'])).toBe(isUnexplained);
});

it('an error without a place explains every null, and so does a root field that was not answered its own', () => {
  expect(unexplainedBy([new GraphQLError('Broken.')], nobody)(['orders', 0])).toBe(false);
  const isUnexplained = unexplainedBy([], new Set(['orders']));
  expect([isUnexplained(['orders', 0]), isUnexplained(['customers', 0])]).toEqual([false, true]);
});

const path = fc.array(fc.oneof(fc.constantFrom('a', 'b'), fc.constantFrom(0, 1)), {
  minLength: 1,
  maxLength: 4,
});

it('several errors explain what any of them does', () => {
  fc.assert(
    fc.property(fc.array(path, { minLength: 1, maxLength: 5 }), path, (paths, place) => {
      const apart = paths.map((each) => unexplainedBy([errorAt(each)], nobody)(place));
      expect(unexplainedBy(paths.map(errorAt), nobody)(place)).toBe(apart.every((each) => each));
    }),
  );
});
