import { expect, test, vi } from 'vitest';
import { federated } from './federated.ts';
import { parts } from './library.ts';

test.each(['apollo', 'hive'] as const)(
  'operations of late that fit the next supergraph are planned before it serves (%s)',
  async (planner) => {
    const { graph, ask } = federated(parts, {}, planner);
    const query = '{ products { title reviews { id } } }';
    const before = await ask(query);
    expect(before.errors).toBeUndefined();
    await ask('{ product(id: "b1") { ... on Book { pages } } }');
    // To clients another name; the subgraphs are not asked for it.
    await graph.replace(graph.supergraph.sdl.replaceAll('pages', 'leaves'));
    const plan = vi.spyOn(graph.supergraph.planner, 'plan');
    expect(await ask(query)).toEqual(before);
    expect(plan).not.toHaveBeenCalled();
    await ask('{ products { __typename title } }');
    expect(plan).toHaveBeenCalledOnce();
  },
);

test('operations of late are forgotten in the order of their use, also by the next supergraph', async () => {
  const { graph, ask } = federated(parts, {}, 'hive');
  const long = `# ${'x'.repeat(40_000)}`;
  const text = (n: number): string => `query Q${n} { products { title } ${long}\n }`;
  for (let n = 0; n < 20; n += 1) await ask(text(n));
  await graph.replace(graph.supergraph.sdl);
  for (let n = 20; n < 35; n += 1) await ask(text(n));
  const plan = vi.spyOn(graph.supergraph.planner, 'plan');
  await ask(text(19));
  expect(plan).not.toHaveBeenCalled();
  await ask(text(0));
  expect(plan).toHaveBeenCalledOnce();
});
