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
