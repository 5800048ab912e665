import { composeSupergraph } from '@tributary/schema';
import { parse } from 'graphql';
import { expect, it } from 'vitest';
import type { SubgraphFetch } from '../../src/execution/compiled/subgraph-fetch.ts';
import { failedAnswer } from '../../src/execution/failed-fields.ts';
import { CompiledOperations } from '../../src/planning/compiled-operations.ts';
import type { PlannerName } from '../../src/planning/planner.ts';
import { loadSupergraph } from '../../src/planning/supergraph.ts';
import { anonymous } from '../../src/security/nobody.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])\n`;
const sdl = composeSupergraph([
  {
    name: 'people',
    sdl: `${link}type Query { people: [Person] } type Person @key(fields: "id") { id: ID! }`,
  },
  { name: 'stamps', sdl: `${link}type Person @key(fields: "id") { id: ID! stamp: String! }` },
]);

it.each<PlannerName>(['hive', 'apollo'])(
  'a subgraph that brings nothing is told once, and what cannot be null without it is no other fault (%s)',
  async (planner) => {
    const people = ['1', '2', '3'].map((id) => ({ __typename: 'Person', id }));
    const fetches = new Map<string, SubgraphFetch>([
      ['people', async () => ({ data: { people } })],
      [
        'stamps',
        async ({ query }) => failedAnswer(query, 'stamps is away.', { code: 'SUBGRAPH_UNAVAILABLE' }),
      ],
    ]);
    const operations = new CompiledOperations(loadSupergraph(sdl, { isTrusted: true, planner }), fetches);
    const query = '{ people { id stamp } }';
    const compiled = operations.compiled(query, parse(query), undefined);
    const { body, errors } = await compiled.write({}, { principal: anonymous, requestId: 'r' });
    expect(body?.toString()).toBe('{"data":{"people":[null,null,null]}}');
    expect(errors.map(({ path, extensions }) => [path, extensions['code']])).toEqual([
      [['people', 0, 'stamp'], 'SUBGRAPH_UNAVAILABLE'],
    ]);
  },
);
