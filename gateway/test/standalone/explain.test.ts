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

it('an operation is explained under the labels that the settings have in force', async () => {
  const link =
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@override"])';
  const product = (field: string): string => `${link} type Product @key(fields: "upc") { upc: ID! ${field} }`;
  const sdl = supergraphOf({
    old: { sdl: `${product('price: Int')} type Query { products: [Product] }`, url: 'http://old.example/' },
    next: { sdl: product('price: Int @override(from: "old", label: "moved")'), url: 'http://next.example/' },
  });
  const [labelled, operation] = [join(folder, 'labelled.graphql'), join(folder, 'prices.graphql')];
  await writeFile(labelled, sdl);
  await writeFile(operation, '{ products { price } }');
  const explainedWith = async (text: string): Promise<string> => {
    const config = join(folder, 'gateway.yaml');
    await writeFile(config, text);
    const given = ['--supergraph', labelled, '--operation', operation, '--config', config];
    return explain(readExplainArguments(given));
  };
  expect(await explainedWith('overrideLabels: []')).not.toContain('ask next');
  expect(await explainedWith('overrideLabels: [moved]')).toContain('ask next');
  await expect(explainedWith('overrideLabels: [moevd]')).rejects.toThrow(/moevd: .*the label moved/);
});
