import { describe, expect, it } from 'vitest';
import { federated, type SubgraphSource } from './federated.ts';
import { harbourParts } from './harbour.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])\n`;

const cats = [
  { __typename: 'Cat', id: 'c1', lives: 9 },
  { __typename: 'Cat', id: 'c2', lives: 7 },
];

/** Has animals, of which none is a dog; dogs are somewhere else. */
const cattery: SubgraphSource = {
  name: 'cattery',
  sdl: `${link}type Query { animals: [Animal] required: [Animal!]! first: Animal pet: Pet cat: Cat } union Pet = Cat interface Animal { id: ID! }
  type Cat implements Animal @key(fields: "id") { id: ID! lives: Int }`,
  resolvers: {
    Query: {
      animals: () => cats,
      required: () => cats,
      first: () => cats[0],
      pet: () => cats[0],
      cat: () => cats[0],
    },
  },
};
const kennel: SubgraphSource = {
  name: 'kennel',
  sdl: `${link}type Query { dogs: [Dog] } interface Animal { id: ID! } union Pet = Dog type Dog implements Animal @key(fields: "id") { id: ID! barks: Boolean }`,
  resolvers: { Query: { dogs: () => [{ id: 'd1', barks: true }] } },
};

describe.each(['apollo', 'hive'] as const)('planned by %s', (planner) => {
  it.each([
    '{ animals { ... on Dog { barks } } required { ... on Dog { barks } } first { ... on Dog { barks } } pet { ... on Dog { barks } } }',
    '{ animals { ...D } required { ...D } first { ...D } pet { ...D } } fragment D on Dog { barks }',
    '{ animals { ... on Animal { ... on Dog { barks } } } required { ... on Dog { ... on Animal { id } } } first { ... on Dog { ... on Pet { ... on Dog { id } } } } pet { ... on Pet { ... on Dog { id } } } }',
  ])(
    'an object is empty where all that is asked is asked of a type that its subgraph does not have: %s',
    async (query) => {
      const zoo = federated([cattery, kennel], {}, planner);
      const { data, errors } = await zoo.ask(query);
      expect(errors).toBeUndefined();
      expect(data).toEqual({ animals: [{}, {}], required: [{}, {}], first: {}, pet: {} });
    },
  );

  it('of an object of a type that is known nothing is asked beyond what the client asks', async () => {
    const zoo = federated([cattery, kennel], {}, planner);
    const { data } = await zoo.ask(
      '{ cat { ...Known ... on Animal { ... on Cat { lives } } } } fragment Known on Animal { ... on Cat { lives } }',
    );
    expect(data).toEqual({ cat: { lives: 9 } });
    expect(zoo.fetches.map(({ query }) => query).join()).not.toContain('__typename');
  });

  it('an object of a type that is known is there, also where no condition applies to it', async () => {
    const zoo = federated([cattery, kennel], {}, planner);
    const { data, errors } = await zoo.ask('{ cat { ... on Animal { ... on Dog { barks } } } }');
    expect(errors).toBeUndefined();
    expect(data).toEqual({ cat: {} });
  });

  it('no subgraph is asked for nothing of an entity, where what is required stands beside what no condition leaves', async () => {
    const harbour = federated(harbourParts, {}, planner);
    const { data, errors } = await harbour.ask(
      `query ($yes: Boolean!) {
        ...Uses
        ... @include(if: $yes) { repaired { ... on Ferry { shown held @skip(if: $yes) } ...Part } }
      }
      fragment Uses on Query { uses: first @include(if: $yes) { id } }
      fragment Part on Tug { shown }`,
      { yes: true },
    );
    expect(errors).toBeUndefined();
    const repaired = ['f2', 't3', 'f1'].map((id) => ({ shown: `shows colour of ${id}` }));
    expect(data).toEqual({ uses: { id: 't1' }, repaired });
  });
});
