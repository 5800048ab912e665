import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { composeFile } from '../../src/standalone/compose-file.ts';
import { SeenFiles } from '../../src/standalone/seen-files.ts';
import { subgraph } from './shop.ts';

afterEach(() => vi.unstubAllEnvs());

async function composed(yaml: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'compose-'));
  try {
    await writeFile(join(folder, 'one.graphql'), 'type Query { one: Int }');
    await writeFile(join(folder, 'compose.yaml'), yaml);
    return await composeFile(join(folder, 'compose.yaml'), new SeenFiles());
  } finally {
    await rm(folder, { recursive: true });
  }
}

const one = 'subgraphs: { one: { routing_url: "http://one.example/", schema: { file: ./one.graphql } } }';

it('a subgraph that tells its SDL to those it knows is told the fields of the file, and asked there without a routing_url', async () => {
  await using told = await subgraph('type Query { told: Int }', {});
  vi.stubEnv('TOLD_TOKEN', 'secret');
  const sdl = await composed(`subgraphs:
  told:
    schema:
      subgraph_url: ${told.url}
      introspection_headers: { Authorization: "Bearer \${env.TOLD_TOKEN}" }
`);
  expect(sdl).toContain(`url: "${told.url}"`);
  expect(told.seen).toMatchObject([{ authorization: 'Bearer secret' }]);
});

it('an SDL that stands in the file itself is composed with the others', async () => {
  const sdl = await composed(`${one.replace(/ }$/, ',')}
  two: {
    routing_url: "http://two.example/",
    schema: { sdl: "extend type Query { two: Int }" } } }`);
  expect(sdl).toMatch(/one: Int @join__field\(graph: ONE\)\s+two: Int @join__field\(graph: TWO\)/);
  expect(sdl).toContain('url: "http://two.example/"');
  const faulty = `subgraphs:
  two:
    routing_url: http://two.example/
    schema:
      sdl: |
        type Query {
`;
  await expect(composed(faulty)).rejects.toThrow(/^The SDL of two cannot be read: /);
});

it.each([
  [
    'an SDL without a routing_url',
    'subgraphs: { one: { schema: { sdl: "type Query { one: Int }" } } }',
    /subgraphs\.one: must have a routing_url/,
  ],
  [
    'a graph of a registry',
    'subgraphs: { one: { routing_url: "http://one.example/", schema: { graphref: g@current, subgraph: one } } }',
    /subgraphs\.one\.schema: must be an sdl, a file, or .* a graphref is not taken/,
  ],
  [
    'a file without a routing_url',
    'subgraphs: { one: { schema: { file: ./one.graphql } } }',
    /subgraphs\.one: must have a routing_url/,
  ],
  ['nothing at all', 'subgraphs: { one: {} }', /subgraphs\.one: must have a routing_url/],
  [
    'a variable that is not set',
    `subgraphs: { one: { routing_url: "\${env.NO_SUCH_VARIABLE}" } }`,
    /no variable NO_SUCH_VARIABLE/,
  ],
])('%s is refused', async (_what, yaml, sentence) => {
  await expect(composed(yaml)).rejects.toThrow(sentence);
});

it.each(['1', '=1.0.0', '=2.999.0', '=2.3', '2.3', 'latest'])(
  'a version of Federation that does not compose here is refused: %s',
  async (version) => {
    const sentence = /federation_version: must be 2, or =2\.x\.y up to =2\./;
    await expect(composed(`federation_version: ${version}\n${one}`)).rejects.toThrow(sentence);
  },
);

it.each(['2', '"2"', '=2.0.0', '=2.9.3'])('a version that does is taken: %s', async (version) => {
  expect(await composed(`federation_version: ${version}\n${one}`)).toContain('http://one.example/');
});
