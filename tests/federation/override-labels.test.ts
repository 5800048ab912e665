import { describe, expect, it } from 'vitest';
import { federated } from './federated.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@override"])\n`;
const answering = (name: string) => ({ __resolveReference: (bike: object) => bike, price: () => name });
const before = {
  name: 'before',
  sdl: `${link}type Query { bike: Bike } type Bike @key(fields: "id") { id: ID! price: String weight: String colour: String }`,
  resolvers: {
    Query: { bike: () => ({ id: '1' }) },
    Bike: { price: () => 'before', weight: () => 'before', colour: () => 'before' },
  },
};
const after = {
  name: 'after',
  sdl: `${link}type Bike @key(fields: "id") { id: ID!
    price: String @override(from: "before", label: "percent(30)")
    weight: String @override(from: "before", label: "percent(60.5)") }`,
  resolvers: { Bike: { ...answering('after'), weight: () => 'after', colour: () => 'after' } },
};

describe.each(['apollo', 'hive'] as const)(
  'fields that are overridden under a label, planned by %s',
  (planner) => {
    it('of one operation are drawn anew each time it runs, and all of one run alike', async () => {
      const { ask } = federated([before, after], {}, planner);
      const seen = new Set<string>();
      for (let run = 0; run < 200; run += 1) {
        const { data, errors } = await ask('{ bike { price weight colour } }');
        expect(errors).toBeUndefined();
        seen.add(JSON.stringify(data));
      }
      const answer = (price: string, weight: string): string =>
        JSON.stringify({ bike: { price, weight, colour: 'before' } });
      expect([...seen].sort()).toEqual(
        [answer('after', 'after'), answer('before', 'after'), answer('before', 'before')].sort(),
      );
    });
  },
);
