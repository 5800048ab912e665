import fc from 'fast-check';
import { expect, test } from 'vitest';
import { layoutOf } from './graph-layout.ts';

/** Graphs without cycles: links lead from earlier nodes to later ones only. */
const graphs = fc.integer({ min: 2, max: 30 }).chain((size) =>
  fc.record({
    ids: fc.constant(Array.from({ length: size }, (_, index) => `n${index}`)),
    links: fc.uniqueArray(
      fc
        .tuple(fc.nat(size - 1), fc.nat(size - 1))
        .filter(([from, to]) => from < to)
        .map(([from, to]) => ({ from: `n${from}`, to: `n${to}` })),
      { maxLength: 60, selector: ({ from, to }) => `${from} ${to}` },
    ),
  }),
);

test('every node has one place of its own, to the right of all it comes after', () => {
  fc.assert(
    fc.property(graphs, ({ ids, links }) => {
      const { nodes, layers, rows } = layoutOf(ids, links);
      const placed = new Map(nodes.map((node) => [node.id, node]));
      expect([...placed.keys()].sort()).toEqual([...ids].sort());
      expect(new Set(nodes.map(({ layer, row }) => `${layer}:${row}`)).size).toBe(ids.length);
      for (const { from, to } of links)
        expect(placed.get(from)?.layer).toBeLessThan(placed.get(to)?.layer ?? -1);
      for (const { layer, row } of nodes) {
        expect(layer).toBeLessThan(layers);
        expect(row).toBeLessThan(rows);
      }
    }),
  );
});

test('two lines that would cross are untangled', () => {
  const { nodes } = layoutOf(
    ['a', 'b', 'c', 'd'],
    [
      { from: 'a', to: 'd' },
      { from: 'b', to: 'c' },
    ],
  );
  const row = (id: string) => nodes.find((node) => node.id === id)?.row ?? -1;
  expect(row('a') < row('b')).toBe(row('d') < row('c'));
});

test('a circle, which there should not be, is shown and not followed for ever', () => {
  const { nodes } = layoutOf(
    ['a', 'b'],
    [
      { from: 'a', to: 'b' },
      { from: 'b', to: 'a' },
    ],
  );
  expect(nodes.map(({ id }) => id).sort()).toEqual(['a', 'b']);
});
