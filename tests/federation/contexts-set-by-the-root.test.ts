import { describe, expect, it } from 'vitest';
import { federated, type SubgraphSource } from './federated.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@context", "@fromContext"])\n`;
const reference = { __resolveReference: (told: object) => told };

/** What fields below take is read of the root. */
const site: readonly SubgraphSource[] = [
  {
    name: 'site',
    sdl: `${link} type Query @context(name: "site") { language: String! motto: String! guide: Guide }
      type Guide @key(fields: "id") { id: ID! title(language: String @fromContext(field: "$site { language }")): String }`,
    resolvers: {
      Query: { language: () => 'no', motto: () => 'THE MOTTO', guide: () => ({ id: 'g' }) },
      Guide: {
        ...reference,
        title: ({ id }: { id: string }, { language }: { language: string }) => `${id} in ${language}`,
      },
    },
  },
  {
    name: 'numbers',
    sdl: `${link} type Query { number: Int twice(of: Int!): Int } type Guide @key(fields: "id") { id: ID! pages: Int }`,
    resolvers: {
      Query: { number: () => 7, twice: (_: unknown, { of }: { of: number }) => 2 * of },
      Guide: { ...reference, pages: () => 100 },
    },
  },
];

describe.each(['apollo', 'hive'] as const)('a context that a root type sets, planned by %s', (planner) => {
  const { ask } = federated(site, {}, planner);

  it.each([
    ['{ language: motto guide { title } }', { language: 'THE MOTTO', guide: { title: 'g in no' } }],
    ['{ language: number guide { title pages } }', { language: 7, guide: { title: 'g in no', pages: 100 } }],
    [
      '{ language: guide { title language: title } }',
      { language: { title: 'g in no', language: 'g in no' } },
    ],
    [
      '{ language: twice(of: 2) other: language guide { title } }',
      { language: 4, other: 'no', guide: { title: 'g in no' } },
    ],
    ['{ language guide { title } }', { language: 'no', guide: { title: 'g in no' } }],
    [
      '{ ...It guide { title } } fragment It on Query { language: motto }',
      { language: 'THE MOTTO', guide: { title: 'g in no' } },
    ],
  ])('leaves the client’s keys to the client: %s', async (query, expected) => {
    const { data, errors } = await ask(query);
    expect(errors).toBeUndefined();
    expect(data).toEqual(expected);
  });
});
