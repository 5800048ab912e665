import { describe, expect, it } from 'vitest';
import { federated, type SubgraphSource } from './federated.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@external", "@provides", "@shareable"])\n`;
const user = 'type User @key(fields: "id") { id: ID!';

/** Gives of an author what `@provides` says below each field, and null for the rest. */
const social: SubgraphSource = {
  name: 'social',
  sdl: `${link}type Query { post: Post comment: Comment }
    type Post { author: User @provides(fields: "name") }
    type Comment { author: User @provides(fields: "avatar") reader: User }
    ${user} name: String @external avatar: String @external }`,
  resolvers: {
    Query: { post: () => ({}), comment: () => ({}) },
    Post: { author: () => ({ id: 'u1', name: 'Ada' }) },
    Comment: { author: () => ({ id: 'u1', avatar: 'a.png' }), reader: () => ({ id: 'u1' }) },
  },
};
const users: SubgraphSource = {
  name: 'users',
  sdl: `${link}${user} name: String @shareable avatar: String @shareable }`,
  resolvers: {
    User: { __resolveReference: ({ id }: { id: string }) => ({ id, name: 'Ada', avatar: 'a.png' }) },
  },
};

describe.each(['apollo', 'hive'] as const)('planned by %s', (planner) => {
  it.each([
    '{ comment { author { id name } } post { author { name avatar } } }',
    '{ post { author { name avatar } } }',
    '{ comment { reader { name } author { avatar } } post { author { name } } }',
  ])(
    'what a subgraph provides below one field alone is asked of the other subgraph elsewhere: %s',
    async (query) => {
      const { data, errors } = await federated([social, users], {}, planner).ask(query);
      expect(errors).toBeUndefined();
      const told = JSON.stringify(data);
      expect(told).not.toContain('null');
      expect(told.match(/"name":"Ada"|"avatar":"a.png"/g)).toHaveLength(
        query.match(/name|avatar/g)?.length ?? 0,
      );
    },
  );

  it('what is provided is asked of nobody else', async () => {
    const graph = federated([social, users], {}, planner);
    expect((await graph.ask('{ post { author { id name } } }')).data).toEqual({
      post: { author: { id: 'u1', name: 'Ada' } },
    });
    expect(graph.fetches.map(({ subgraph }) => subgraph)).toEqual(['social']);
  });
});

const chainLink = `${link.replace('"@key"', '"@key", "@requires"')}directive @up on FIELD\n`;
interface Parcel {
  readonly r?: number;
  readonly b?: string;
}
const told = { __resolveReference: (self: object) => self };
/** The first gives `r` below one field alone, and requires it everywhere. */
const parcels: readonly SubgraphSource[] = [
  {
    name: 'one',
    sdl: `${chainLink} type Query { ps: [P!]! p: P other: P @provides(fields: "r") }
      type P @key(fields: "id") { id: ID! r: Int @external b: String @requires(fields: "r") way: P! }`,
    resolvers: {
      Query: { ps: () => [{ id: '1' }], p: () => ({ id: '1' }), other: () => ({ id: '1', r: 7 }) },
      P: { ...told, b: ({ r }: Parcel) => `b(${r})`, way: () => ({ id: '2' }) },
    },
  },
  {
    name: 'two',
    sdl: `${chainLink} type P @key(fields: "id") { id: ID! r: Int @shareable b: String @external c: String @requires(fields: "b") }`,
    resolvers: { P: { ...told, r: () => 7, c: ({ b }: Parcel) => `c(${b})` } },
  },
];

describe.each(['apollo', 'hive'] as const)('planned by %s', (planner) => {
  it.each([
    ['{ ps { c } }', { ps: [{ c: 'c(b(7))' }] }],
    ['{ ps { c @up } }', { ps: [{ c: 'c(b(7))' }] }],
    ['{ p { way { c @up r } } }', { p: { way: { c: 'c(b(7))', r: 7 } } }],
    ['{ other { r b c @up } }', { other: { r: 7, b: 'b(7)', c: 'c(b(7))' } }],
    [
      '{ other { way { b } c } ps { b } }',
      { other: { way: { b: 'b(7)' }, c: 'c(b(7))' }, ps: [{ b: 'b(7)' }] },
    ],
  ])('what a chain requires is not taken for provided where it is not: %s', async (query, data) => {
    expect(await federated(parcels, {}, planner).ask(query)).toEqual({ data });
  });
});
