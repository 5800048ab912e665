import { buildSubgraphSchema } from '@apollo/subgraph';
import fc from 'fast-check';
import { execute, parse } from 'graphql';
import { expect, it } from 'vitest';
import { requestHead } from '../../src/execution/compiled/planned-request.ts';
import { RememberedRuns } from '../../src/execution/compiled/remembered-runs.ts';
import type { SubgraphFetch } from '../../src/execution/compiled/subgraph-fetch.ts';
import { CompiledOperations } from '../../src/planning/compiled-operations.ts';
import { anonymous } from '../../src/security/nobody.ts';
import { queries, subgraphsOf, supergraph, type World } from './orders.ts';

/** How often a subgraph said what it had said before. */
let saidAgain = 0;

/** The same operations over the same world twice: with a memory of runs, and without. */
function asking(world: World, remembered: RememberedRuns | undefined) {
  const sources = Object.entries(subgraphsOf(world));
  const fetched: string[] = [];
  const fetches = sources.map(([name, { sdl, resolvers }]): [string, SubgraphFetch] => {
    const schema = buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: resolvers as never }]);
    return [
      name,
      async ({ body, expected }) => {
        fetched.push(`${name} ${body}`);
        if (world.away.has(name)) return { data: null, errors: [{ message: `${name} is away` }] };
        const { query, variables } = JSON.parse(body) as never;
        const told = await execute({ schema, document: parse(query), variableValues: variables });
        const bytes = Buffer.from(JSON.stringify(told));
        const isSame = expected?.equals(bytes) === true;
        if (isSame) saidAgain += 1;
        return { ...JSON.parse(bytes.toString()), bytes: isSame ? expected : bytes };
      },
    ];
  });
  const operations = new CompiledOperations(supergraph, new Map(fetches), remembered);
  return async (query: string, variables: object) => {
    fetched.length = 0;
    const scope = { principal: anonymous, requestId: 'r' };
    const compiled = operations.compiled(query, parse(query), undefined);
    const { body, errors } = await compiled.write({ ...variables }, scope);
    return { body: body?.toString(), errors: errors.map(String), fetched: [...fetched].sort() };
  };
}

type Step =
  | { readonly kind: 'ask'; readonly query: string; readonly first: number }
  | { readonly kind: 'rename'; readonly id: string; readonly name: string }
  | { readonly kind: 'reorder'; readonly at: number; readonly customer: string }
  | { readonly kind: 'away'; readonly name: string };

const id = fc.constantFrom('a', 'b', 'c', 'hello');
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('ask' as const),
        query: fc.constantFrom(...queries),
        first: fc.integer({ min: 1, max: 2 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('rename' as const), id, name: fc.constantFrom('Ann', 'Bob') }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('reorder' as const), at: fc.nat(1), customer: id }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('away' as const),
        name: fc.constantFrom('orders', 'customers', 'greetings'),
      }),
    },
  ),
  { minLength: 5, maxLength: 40 },
);

it('a remembered run asks what any run asks, of every subgraph, and answers what they say now', async () => {
  const world: World = { orders: [], names: {}, away: new Set() };
  const withMemory = asking(world, new RememberedRuns());
  const without = asking(world, undefined);
  const same = async (query: string, first: number): Promise<void> =>
    expect(await withMemory(query, { first })).toEqual(await without(query, { first }));
  await fc.assert(
    fc.asyncProperty(steps, async (taken) => {
      world.orders.splice(0, 9, { id: '1', customer: 'a' }, { id: '2', customer: 'b' });
      Object.assign(world.names, { a: 'Ann', b: 'Bob', c: 'Cy', hello: 'hello' });
      world.away.clear();
      // Once to be worth it, once to be remembered, once to be followed.
      for (const query of [...queries, ...queries, ...queries]) await same(query, 2);
      for (const step of taken) {
        if (step.kind === 'ask') await same(step.query, step.first);
        else if (step.kind === 'rename') world.names[step.id] = step.name;
        else if (step.kind === 'reorder')
          (world.orders[step.at] ?? { customer: '' }).customer = step.customer;
        else if (!world.away.delete(step.name)) world.away.add(step.name);
      }
    }),
    { numRuns: 40 },
  );
  expect(saidAgain).toBeGreaterThan(100);
}, 60_000);

it('a remembered run holds its own bytes, and not what they were cut from', () => {
  const runs = new RememberedRuns();
  const query = { subgraph: 'a', operation: '{ hello }', operationName: undefined, variables: [] };
  const cut = (text: string): Buffer =>
    Buffer.concat([Buffer.alloc(9_000), Buffer.from(text)]).subarray(9_000);
  const told = { head: requestHead(query), body: '{}', bytes: cut('{"data":{"hello":1}}') };
  runs.set('run', { fetches: [told], body: cut('{"data":{"hello":"1"}}') });
  const kept = runs.get('run');
  const held = [kept?.body, ...(kept?.fetches ?? []).map((fetch) => fetch?.expected)];
  expect(held.map((bytes) => bytes?.buffer.byteLength)).toEqual([22, 20]);
});
