import { describe, expect, it } from 'vitest';
import { federated, type SubgraphSource } from './federated.ts';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@requires", "@external", "@shareable", "@context", "@fromContext"])\n';

interface Self {
  readonly id: string;
}
const tile = (id: string) => ({ __typename: 'Tile', id });
const pit = (id: string) => ({ __typename: 'Pit', id });
const reference = { __resolveReference: (told: object) => told };

/** Boards are rows of tiles; what tiles and pits are like, other subgraphs know. */
const boards: readonly SubgraphSource[] = [
  {
    name: 'boards',
    sdl: `${link}
      type Query @context(name: "game") { colour: String! board: Board layers: [[[Tile!]]] marks: [[Mark]!] @shareable }
      type Board { rows: [[Tile]] grounds: [[Ground!]!]! spots: [[Spot]] }
      interface Spot { id: ID! }
      union Ground = Tile | Pit
      type Mark @shareable { x: Int! }
      type Tile implements Spot @key(fields: "id") { id: ID! size: [[Int!]] near: [[Tile]] seen(colour: String @fromContext(field: "$game { colour }")): String }
      type Pit implements Spot @key(fields: "id") { id: ID! }`,
    resolvers: {
      Query: {
        colour: () => 'red',
        board: () => ({}),
        layers: () => [[[tile('a')], null], [], [[tile('b'), tile('a')]]],
        marks: () => [[{ x: 1 }, null], [], [{ x: 2 }]],
      },
      Board: {
        rows: () => [[tile('a'), null, tile('b')], null, [], [tile('a')]],
        grounds: () => [[pit('p')], [tile('b'), pit('q')]],
        spots: () => [[tile('b')], [pit('p'), null]],
      },
      Tile: {
        ...reference,
        size: ({ id }: Self) => (id === 'a' ? [[1, 2], [3]] : null),
        near: ({ id }: Self) => [[tile(`${id}n`)], [tile('b'), null]],
        seen: ({ id }: Self, { colour }: { colour: string }) => `${id} in ${colour}`,
      },
    },
  },
  {
    name: 'grounds',
    sdl: `${link}
      type Query { marks: [[Mark]!] @shareable }
      type Mark @shareable { y: Int! }
      type Tile @key(fields: "id") { id: ID! name: String beside: [[Tile!]!] size: [[Int!]] @external area: String @requires(fields: "size") }
      type Pit @key(fields: "id") { id: ID! depth: Int! }`,
    resolvers: {
      Query: { marks: () => [[{ y: 3 }, null], [], [{ y: 4 }]] },
      Tile: {
        ...reference,
        name: ({ id }: Self) => {
          if (id === 'b') throw new Error('no name');
          return `tile ${id}`;
        },
        beside: ({ id }: Self) => [[tile(`${id}1`)], [tile(`${id}2`), tile(id)]],
        area: ({ size }: { size: unknown }) => JSON.stringify(size),
      },
      Pit: { ...reference, depth: ({ id }: Self) => id.charCodeAt(0) },
    },
  },
];

describe.each(['apollo', 'hive'] as const)('lists of lists, planned by %s', (planner) => {
  const { ask } = federated(boards, {}, planner);

  it('hold entities of which other subgraphs are asked, with errors at their places', async () => {
    const { data, errors } = await ask('{ board { rows { name } } layers { name } }');
    const [a, b] = [{ name: 'tile a' }, { name: null }];
    expect(data).toEqual({
      board: { rows: [[a, null, b], null, [], [a]] },
      layers: [[[a], null], [], [[b, a]]],
    });
    expect(errors?.map(({ path }) => path?.join('.')).sort()).toEqual([
      'board.rows.0.2.name',
      'layers.2.0.0.name',
    ]);
  });

  it('hold objects of unions', async () => {
    expect(await ask('{ board { grounds { ... on Pit { depth } ... on Tile { area } } } }')).toEqual({
      data: { board: { grounds: [[{ depth: 112 }], [{ area: 'null' }, { depth: 113 }]] } },
    });
  });

  it('hold objects of interfaces', async () => {
    const query = '{ board { spots { id ... on Pit { depth } ... on Tile { beside { area } } } } }';
    const beside = [[{ area: 'null' }], [{ area: 'null' }, { area: 'null' }]];
    expect(await ask(query)).toEqual({
      data: { board: { spots: [[{ id: 'b', beside }], [{ id: 'p', depth: 112 }, null]] } },
    });
  });

  it('of values are put together of what several subgraphs know', async () => {
    expect(await ask('{ marks { x y } }')).toEqual({
      data: { marks: [[{ x: 1, y: 3 }, null], [], [{ x: 2, y: 4 }]] },
    });
  });

  it('are told to subgraphs that require them, and lead on to others', async () => {
    expect(await ask('{ board { rows { area near { id beside { id size } } } } }')).toEqual({
      data: {
        board: {
          rows: [
            [rowOf('a', '[[1,2],[3]]'), null, rowOf('b', 'null')],
            null,
            [],
            [rowOf('a', '[[1,2],[3]]')],
          ],
        },
      },
    });
  });
});

/** What is brought of a tile, of those near it, and of those beside them. */
function rowOf(id: string, area: string): unknown {
  const beside = (near: string) => ({
    id: near,
    beside: [
      [{ id: `${near}1`, size: null }],
      [
        { id: `${near}2`, size: null },
        { id: near, size: null },
      ],
    ],
  });
  return { area, near: [[beside(`${id}n`)], [beside('b'), null]] };
}

it('lists of lists pass on what stands above them, as arguments from context', async () => {
  const { ask } = federated(boards, {}, 'apollo');
  expect(await ask('{ board { rows { seen } } }')).toEqual({
    data: {
      board: { rows: [[{ seen: 'a in red' }, null, { seen: 'b in red' }], null, [], [{ seen: 'a in red' }]] },
    },
  });
});
