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
