import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readExplainArguments } from '../../src/standalone/arguments.ts';
import { explain } from '../../src/standalone/explain.ts';
import { catalogueSdl, stockSdl, supergraphOf } from './shop.ts';

let folder: string;
let supergraph: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'explain-'));
  supergraph = join(folder, 'supergraph.graphql');
  const sdl = supergraphOf({
    catalogue: { sdl: catalogueSdl, url: 'http://catalogue.example/' },
    stock: { sdl: stockSdl, url: 'http://stock.example/' },
  });
  await writeFile(supergraph, sdl);
});
afterAll(() => rm(folder, { recursive: true }));

async function explained(text: string, ...more: readonly string[]): Promise<string> {
  const operation = join(folder, 'operation.graphql');
  await writeFile(operation, text);
  return explain(readExplainArguments(['--supergraph', supergraph, '--operation', operation, ...more]));
}

it('an operation is explained as what is asked of which subgraph, in what order, alike by both planners', async () => {
  const query =
    'query Shop($deep: Boolean!) { products { name inStock shipping @include(if: $deep) } whoami }';
  for (const planner of ['hive', 'apollo']) {
    const shallow = await explained(query, '--planner', planner, '--variables', '{"deep":false}');
    const [order, first = '', ...rest] = shallow.split('\n');
    expect([planner, order, first]).toEqual([planner, 'one after the other', '  ask catalogue']);
    expect(rest.join('\n')).toMatch(/ask stock about products\[\], told Product \{ .*upc.* \}/);
    expect(shallow).not.toMatch(/shipping|weight/);
    const deep = await explained(
      query,
      '--planner',
      planner,
      '--variables',
      '{"deep":true}',
      '--name',
      'Shop',
    );
    expect(deep).toMatch(/told Product \{ .*weight.* \}[\s\S]*shipping/);
  }
  expect(await explained('{ __typename }')).toBe('ask nobody: the gateway knows the answer');
});

it('what cannot be explained is refused with what is wrong', async () => {
  await expect(explained('{ nothing }')).rejects.toThrow(/operation\.graphql: .*nothing/);
  await expect(explained('query ($a: ID!) { product(upc: $a) { name } }')).rejects.toThrow(/\$a/);
  await expect(explained('{ whoami }', '--planner', 'mine')).rejects.toThrow(/hive or apollo/);
  await expect(explained('{ whoami }', '--variables', '[]')).rejects.toThrow(/--variables/);
  expect(() => readExplainArguments(['--supergraph', 'a'])).toThrow(/--operation/);
});
