import { buildSubgraphSchema } from '@apollo/subgraph';
import fc from 'fast-check';
import { execute, parse } from 'graphql';
import { expect, it } from 'vitest';
import { RememberedRuns } from '../../src/execution/compiled/remembered-runs.ts';
import type { SubgraphFetch } from '../../src/execution/compiled/subgraph-fetch.ts';
import { CompiledOperations } from '../../src/planning/compiled-operations.ts';
import { anonymous } from '../../src/security/nobody.ts';
import { queries, subgraphsOf, supergraph, type World } from './orders.ts';

/** What one subgraph is to one who asks: who sees the same is told the same bytes. */
type View = 'usual' | 'renamed' | 'reordered' | 'refused' | 'away';

interface Asker {
  readonly views: Readonly<Record<string, View>>;
  /** Turns of the microtask queue before each answer reaches them. */
  readonly late: number;
}

const names = ['orders', 'customers', 'greetings'];

function worldAs(view: View): World {
  const named = view === 'renamed' ? { a: 'Amy', b: 'Ben' } : { a: 'Ann', b: 'Bob' };
  const orders = [
    { id: '1', customer: 'a' },
    { id: '2', customer: 'b' },
  ];
  return {
    orders: view === 'reordered' ? orders.reverse() : orders,
    names: { ...named, c: 'Cy', hello: view },
    away: new Set(),
  };
}

/** Subgraphs that never say the same twice: every moment has a number, and who asks at one moment and sees the same shares an answer. */
function crowd() {
  const schemas = new Map<string, ReturnType<typeof buildSubgraphSchema>>();
  for (const view of ['usual', 'renamed', 'reordered'] as const)
    for (const [name, { sdl, resolvers }] of Object.entries(subgraphsOf(worldAs(view))))
      schemas.set(
        `${name} ${view}`,
        buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: resolvers as never }]),
      );
  const shared = new Map<string, Promise<Buffer | undefined>>();
  let moment = 0;
  const told = async (name: string, view: View, body: string): Promise<Buffer | undefined> => {
    if (view === 'away') return undefined;
    const number = { extensions: { moment } };
    if (view === 'refused')
      return Buffer.from(JSON.stringify({ data: null, errors: [{ message: 'refused' }], ...number }));
    const { query, variables } = JSON.parse(body) as never;
    const schema = schemas.get(`${name} ${view}`);
    if (schema === undefined) throw new TypeError(`no ${name} seen as ${view}`);
    const result = await execute({ schema, document: parse(query), variableValues: variables });
    return Buffer.from(JSON.stringify({ ...result, ...number }));
  };
  const asked = new Map<string, string[]>();
  const fetchFor = (name: string): SubgraphFetch => {
    return async ({ body }, { requestId }) => {
      const { views, late } = askers[Number(requestId)] ?? { views: {}, late: 0 };
      const view = views[name] ?? 'usual';
      asked.set(requestId, [...(asked.get(requestId) ?? []), `${name} ${body}`]);
      const key = `${name} ${view} ${body}`;
      const answer = shared.get(key) ?? told(name, view, body);
      shared.set(key, answer);
      const bytes = await answer;
      for (let turn = 0; turn < late; turn += 1) await Promise.resolve();
      if (bytes === undefined) return { data: null, errors: [{ message: `${name} is away` }] };
      return { ...JSON.parse(bytes.toString()), bytes, exchange: answer };
    };
  };
  const fetches = new Map(names.map((name) => [name, fetchFor(name)] as const));
  const together = new CompiledOperations(supergraph, fetches, new RememberedRuns());
  const alone = new CompiledOperations(supergraph, fetches);
  let askers: readonly Asker[] = [];
  const write = async (operations: CompiledOperations, query: string, at: number) => {
    const compiled = operations.compiled(query, parse(query), undefined);
    const { body, errors } = await compiled.write(
      { first: 2 },
      { principal: anonymous, requestId: String(at) },
    );
    const fetched = [...(asked.get(String(at)) ?? [])].sort();
    return { body, told: { body: body?.toString(), errors: errors.map(String), fetched } };
  };
  const next = (): void => {
    moment += 1;
    shared.clear();
    asked.clear();
  };
  return {
    /** All of them at one moment. */
    ask: async (query: string, crowd: readonly Asker[]) => {
      next();
      askers = crowd;
      return Promise.all(crowd.map((_, at) => write(together, query, at)));
    },
    /** One after the other, each by themselves. */
    askAlone: async (query: string, crowd: readonly Asker[]) => {
      const answers: Awaited<ReturnType<typeof write>>['told'][] = [];
      askers = crowd;
      for (const at of crowd.keys()) {
        next();
        answers.push((await write(alone, query, at)).told);
      }
      return answers;
    },
  };
}

const view = fc.oneof(
  { weight: 4, arbitrary: fc.constant('usual' as const) },
  { weight: 1, arbitrary: fc.constantFrom('renamed', 'reordered', 'refused', 'away') },
);
const asker: fc.Arbitrary<Asker> = fc.record({
  views: fc.record({ orders: view, customers: view, greetings: view }),
  late: fc.nat(12),
});
const usual: Asker = { views: {}, late: 0 };

it('whoever goes along with the run of another asks the same, and is answered the same, as alone', async () => {
  const { ask, askAlone } = crowd();
  for (const query of [...queries, ...queries]) await ask(query, [usual]);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...queries),
      fc.array(asker, { minLength: 2, maxLength: 6 }),
      async (query, askers) => {
        const together = await ask(query, askers);
        expect(together.map(({ told }) => told)).toEqual(await askAlone(query, askers));
      },
    ),
    { numRuns: 400 },
  );
});

it('those who are told the same have one answer made for them', async () => {
  const { ask } = crowd();
  for (const query of queries) {
    await ask(query, [usual]);
    await ask(query, [usual]);
    const [first, ...others] = await ask(query, [usual, usual, usual, usual]);
    expect(first?.body).toBeInstanceOf(Buffer);
    for (const { body } of others) expect(body).toBe(first?.body);
  }
});
