import { composeSupergraph } from '@tributary/schema';
import fc from 'fast-check';
import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { OverrideLabels } from './override-labels.ts';
import { planSummary } from './plan-text.ts';
import { loadSupergraph } from './supergraph.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@override"])\n`;
const before = {
  name: 'before',
  sdl: `${link}type Query { bike: Bike } type Bike @key(fields: "id") { id: ID! price: String weight: String colour: String }`,
};
const after = {
  name: 'after',
  sdl: `${link}type Bike @key(fields: "id") { id: ID!
    price: String @override(from: "before", label: "percent(30)")
    weight: String @override(from: "before", label: "percent(60.5)")
    colour: String @override(from: "before", label: "new-colours") }`,
};
const sdl = composeSupergraph([before, after]);

it.each([
  ['percent(100)', true],
  ['percent(250)', true],
  ['percent(99.99)', false],
  ['percent(0)', false],
])('a label of %s is in force for every operation: %s', (label, isInForce) => {
  const of = sdl.replaceAll('percent(30)', label);
  const { supergraphSchema } = loadSupergraph(of, { isTrusted: true, planner: 'apollo' });
  const overrides = new OverrideLabels(supergraphSchema, []);
  expect(overrides.settled.labels.has(label)).toBe(isInForce);
  expect(overrides.settled.labels).toEqual(overrides.drawn(99.999999).labels);
});

describe.each(['apollo', 'hive'] as const)(
  'fields that are overridden under a label, planned by %s',
  (planner) => {
    const { supergraphSchema, planner: planning } = loadSupergraph(sdl, { isTrusted: true, planner });
    const planOf = async (field: string, named: readonly string[], random: () => number): Promise<string> => {
      const labels = new OverrideLabels(supergraphSchema, named, random).drawn();
      return planSummary(await planning.plan(parse(`{ bike { ${field} } }`), undefined, labels));
    };

    it('come from the new subgraph for the share of operations that their label names, and from the old one for all others', async () => {
      await fc.assert(
        fc.asyncProperty(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), async (drawn) => {
          const random = (): number => drawn;
          expect(await planOf('price', [], random)).toBe(drawn * 100 < 30 ? 'before then after' : 'before');
          expect(await planOf('weight', [], random)).toBe(
            drawn * 100 < 60.5 ? 'before then after' : 'before',
          );
        }),
        { examples: [[0], [0.3], [0.605], [0.2999999], [0.9999]], numRuns: 60 },
      );
    });

    it('come from the new subgraph where their label is named as one in force, and only there', async () => {
      expect(await planOf('colour', [], () => 0)).toBe('before');
      expect(await planOf('colour', ['new-colours'], () => 0.99)).toBe('before then after');
      expect(await planOf('colour', ['percent(100)', 'other'], () => 0)).toBe('before');
    });
  },
);
