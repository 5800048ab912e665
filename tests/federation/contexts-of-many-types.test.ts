import { describe, expect, it } from 'vitest';
import { federated, type SubgraphSource } from './federated.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@context", "@fromContext"])\n`;
const reference = { __resolveReference: (told: object) => told };
const count = 6;
const names = Array.from({ length: count }, (_, at) => `T${at}`);
const next = ({ n }: { n: number }) => ({ __typename: names[(n + 1) % count], n: n + 1 });

/** Of the types of one interface the first `setting` set a context, and the root does. */
function nodes(setting: number): readonly SubgraphSource[] {
  const types = names.map(
    (name, at) =>
      `type ${name} implements Node ${at < setting ? '@context(name: "near")' : ''} { n: Int! mark: String! child: Node item: Item }`,
  );
  const marks = names.slice(0, setting).map((name) => `... on ${name} { mark }`);
  const sdl = `${link} type Query @context(name: "near") { node: Node site: String! }
    interface Node { n: Int! child: Node item: Item } ${types.join(' ')}
    type Item @key(fields: "id") { id: ID!
      price(mark: String @fromContext(field: "$near ... on Query { site } ${marks.join(' ')}")): String }`;
  const object = {
    mark: ({ n }: { n: number }) => `mark ${n}`,
    child: next,
    item: ({ n }: { n: number }) => ({ id: String(n) }),
  };
  const resolvers = {
    Query: { node: () => next({ n: -1 }), site: () => 'site' },
    ...Object.fromEntries(names.map((name) => [name, object])),
    Item: {
      ...reference,
      price: ({ id }: { id: string }, { mark }: { mark: string }) => `${id}: ${mark}`,
    },
  };
  return [{ name: 'nodes', sdl, resolvers }];
}

const below = (depth: number, asked: string): string =>
  `${'child { '.repeat(depth)}${asked}${' }'.repeat(depth)}`;

describe.each(['apollo', 'hive'] as const)('contexts that many types set, planned by %s', (planner) => {
  it('are no matter of the objects above those that set them, however deep', async () => {
    const { ask } = federated(nodes(count), {}, planner);
    const { data, errors } = await ask(`{ node { item { price } ${below(12, 'n item { price }')} } }`);
    expect(errors).toBeUndefined();
    expect(JSON.stringify(data).match(/price":"[^"]*/g)).toEqual([
      'price":"0: mark 0',
      'price":"12: mark 12',
    ]);
  });

  it('are found further above where the types of some objects set none', async () => {
    const { ask } = federated(nodes(2), {}, planner);
    const { data, errors } = await ask(
      `{ node { item { price } ${below(1, `item { price } ${below(1, 'item { price }')}`)} } }`,
    );
    expect(errors).toBeUndefined();
    expect(JSON.stringify(data).match(/price":"[^"]*/g)).toEqual([
      'price":"0: mark 0',
      'price":"1: mark 1',
      'price":"2: mark 1',
    ]);
  });

  it('are refused at once where that is too much to be written out', async () => {
    const { ask } = federated(nodes(2), {}, planner);
    await expect(ask(`{ node { ${below(8, 'item { price }')} } }`)).rejects.toMatchObject({
      code: 'OPERATION_TOO_COMPLEX',
    });
  });
});
