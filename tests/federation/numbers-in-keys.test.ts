import type { SubgraphFetch } from '@tributary/gateway/executor';
import { describe, expect, it } from 'vitest';
import { federated, type SubgraphSource } from './federated.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@requires", "@external"])\n`;
const source = (name: string, sdl: string): SubgraphSource => ({ name, sdl: link + sdl, resolvers: {} });

const subgraphs = [
  source(
    'users',
    'scalar Long type Query { user: User } type User @key(fields: "id") { id: ID! weight: Float serial: Long serials: [Long] }',
  ),
  source(
    'names',
    `scalar Long type User @key(fields: "id") { id: ID! weight: Float @external serial: Long @external serials: [Long] @external
       name: String heavy: String @requires(fields: "weight") plate: String @requires(fields: "serial") plates: String @requires(fields: "serials") }`,
  ),
];

/** As it is after JSON was read: this one was …993. */
const lossy = 9007199254740992;

describe.each(['apollo', 'hive'] as const)('numbers that subgraphs are told, planned by %s', (planner) => {
  const ask = async (field: string, user: object) => {
    const told: string[] = [];
    const names: SubgraphFetch = async ({ body }) => {
      told.push(body);
      return { data: { _entities: [{ [field]: 'somebody' }] } };
    };
    const users: SubgraphFetch = async () => ({
      data: { user: { __typename: 'User', id: '1', ...user } },
    });
    const { data, errors = [] } = await federated(subgraphs, { users, names }, planner).ask(
      `{ user { ${field} } }`,
    );
    const causes = errors.map(({ path, originalError }) => [path?.join('.'), originalError?.message]);
    return { told: told.join(), user: data?.['user'], causes };
  };

  it.each([
    ['name', { id: lossy }],
    ['plate', { serial: lossy }],
    ['plates', { serials: [1, -lossy] }],
  ])('have all their digits: nobody is asked for %s of %o', async (field, user) => {
    const found = await ask(field, user);
    expect(found.told).toBe('');
    expect(found.user).toEqual({ [field]: null });
    expect(found.causes).toEqual([[`user.${field}`, expect.stringMatching(/a number that lost digits/)]]);
  });

  it.each([
    ['name', { id: lossy - 1 }, '"id":9007199254740991'],
    ['plate', { serial: 1.5 }, '"serial":1.5'],
    ['plates', { serials: [-3, null, 'x'] }, '"serials":[-3,null,"x"]'],
    ['heavy', { weight: 1e20 }, '"weight":100000000000000000000'],
  ])('are told as they are: %s of %o', async (field, user, text) => {
    const found = await ask(field, user);
    expect(found.told).toContain(text);
    expect(found.user).toEqual({ [field]: 'somebody' });
    expect(found.causes).toEqual([]);
  });

  it('are no ID that clients are told where digits are lost', async () => {
    const { user, causes } = await ask('id', { id: lossy });
    expect(user).toBeNull();
    expect(causes).toEqual([['user.id', 'The value of User.id is no ID.']]);
    expect((await ask('id', { id: lossy - 1 })).user).toEqual({ id: '9007199254740991' });
  });

  it.each([
    ['serial', lossy, null],
    ['serial', 12, 'n is 12'],
    ['weight', 1e20, 'x is 100000000000000000000'],
  ])('have all their digits where they come from above: %s of %d', async (known, number, expected) => {
    const takes =
      known === 'serial'
        ? 'n: Long @fromContext(field: "$user { serial }")'
        : 'x: Float @fromContext(field: "$user { weight }")';
    const context = 'import: ["@context", "@fromContext", "@key"';
    const sdl = `scalar Long type Query { user: User } type User @key(fields: "id") @context(name: "user") { id: ID! weight: Float serial: Long car: Car }
      type Car @key(fields: "id") { id: ID! plate(${takes}): String }`;
    const bodies: string[] = [];
    const users: SubgraphFetch = async ({ body, query }) => {
      bodies.push(body);
      if (query.includes('_entities'))
        return { data: { _entities_0: [{ plate: expected }], _entities: [{ plate: expected }] } };
      return {
        data: {
          user: { __typename: 'User', id: '1', [known]: number, car: { __typename: 'Car', id: '2' } },
        },
      };
    };
    const contract = source('users', sdl);
    const { ask: asking } = federated(
      [{ ...contract, sdl: contract.sdl.replace('import: ["@key"', context) }],
      { users },
      planner,
    );
    const { data, errors = [] } = await asking('{ user { car { plate } } }');
    expect(data).toEqual({ user: { car: { plate: expected } } });
    expect(bodies).toHaveLength(expected === null ? 1 : 2);
    expect(errors.map(({ path, originalError }) => [path?.join('.'), originalError?.message])).toEqual(
      expected === null ? [['user.car.plate', expect.stringMatching(/a number that lost digits/)]] : [],
    );
  });
});
