import fc from 'fast-check';
import type { LibraryPart } from './library.ts';
import type { Words } from './operation-generator.ts';

/**
 * A workshop in two forms, as the library, in which something is done: mutations of three subgraphs, one after the other, each with all that is asked below it, in
 * whichever subgraphs, before the next. What was done so far is told everywhere, so that the order shows in the answer. Some are refused, some bring nothing, some
 * are looked up elsewhere, and of some that cannot be null what fails ends what comes after.
 */
interface Self {
  readonly __typename?: string;
  readonly id: string;
}
type Resolve = (self: never, args: never) => unknown;

let done: string[] = [];
export const workshopBegins = (): void => {
  done = [];
};
export const workshopDid = (): readonly string[] => done;

const seen = (): string => done.join(' ');
const does = <Value>(what: string, value: Value): Value => {
  done.push(what);
  return value;
};
const refuses = (what: string): never => {
  done.push(`${what}?`);
  throw new Error(`${what} cannot be done`);
};
const job = (id: string) => ({ __typename: 'Job', id });
const tool = (id: string) => ({ __typename: 'Tool', id });

const mutations = {
  build: (_: unknown, { name }: { name: string }) => does(`build-${name}`, job(name)),
  buildAll: () => does('buildAll', [job('one'), job('two')]),
  tryBuild: () => refuses('tryBuild'),
  count: () => does('count', done.length + 1),
  made: () => does('made', [tool('hammer'), job('three')]),
  paint: (_: unknown, { colour }: { colour: string }) => does(`paint-${colour}`, job(`painted ${colour}`)),
  drop: () => does('drop', null),
  pair: () => does('pair', { left: job('left'), right: null, tools: [[tool('saw')], null] }),
  must: (_: unknown, { fails }: { fails: boolean }) => (fails ? refuses('must') : does('must', 7)),
  ship: () => does('ship', job('shipped')),
  close: () => does('close', true),
} satisfies Record<string, Resolve>;

const jobs = {
  here: seen,
  parts: ({ id }: Self) => [job(`${id}.1`), job(`${id}.2`)],
  tool: ({ id }: Self) => (id === 'two' ? null : tool(`for ${id}`)),
  colour: ({ id }: Self) => `colour of ${id}`,
  there: seen,
  risky: ({ id }: Self) => {
    if (id === 'one' || id === 'left') throw new Error('it is risky');
    return `safe ${id}`;
  },
  sure: ({ id }: Self) => {
    if (id === 'car' || id === 'right') throw new Error('it is not sure');
    return `sure ${id}`;
  },
  last: (_: Self) => `${seen()}; ${seen()}`,
} satisfies Record<string, Resolve>;
const tools = { here: seen, there: seen, used: ({ id }: Self) => job(`by ${id}`) } satisfies Record<
  string,
  Resolve
>;

const pick = (all: Record<string, Resolve>, ...names: readonly string[]): Record<string, Resolve> =>
  Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
const reference = { __resolveReference: (told: object) => told };
const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires", "@shareable"])\n`;
const colours = 'enum Colour { RED BLUE }';

export const workshopParts: readonly LibraryPart[] = [
  {
    name: 'bench',
    sdl: `${link}
      type Query { benchSeen: String! }
      type Mutation { build(name: String! = "box"): Job! buildAll: [Job!]! tryBuild: Job count: Int! made: [Thing!]! }
      interface Thing { id: ID! here: String }
      type Job implements Thing @key(fields: "id") { id: ID! here: String parts: [Job!]! tool: Tool }
      type Tool implements Thing @key(fields: "id") { id: ID! here: String used: Job! }`,
    resolvers: {
      Query: { benchSeen: seen },
      Mutation: pick(mutations, 'build', 'buildAll', 'tryBuild', 'count', 'made'),
      Job: { ...reference, ...pick(jobs, 'here', 'parts', 'tool') },
      Tool: { ...reference, ...pick(tools, 'here', 'used') },
    },
  },
  {
    name: 'paintshop',
    sdl: `${link}${colours}
      type Query { paintSeen: String! }
      type Mutation { paint(colour: Colour! = RED): Job drop: Job pair: Pair must(fails: Boolean! = false): Int! }
      type Pair { left: Job right: Job tools: [[Tool!]] }
      type Job @key(fields: "id") { id: ID! colour: String there: String! risky: String sure: String! }
      type Tool @key(fields: "id") { id: ID! there: String! }`,
    resolvers: {
      Query: { paintSeen: seen },
      Mutation: pick(mutations, 'paint', 'drop', 'pair', 'must'),
      Job: { ...reference, ...pick(jobs, 'colour', 'there', 'risky', 'sure') },
      Tool: { ...reference, ...pick(tools, 'there') },
    },
  },
  {
    name: 'yard',
    sdl: `${link}
      type Mutation { ship: Job close: Boolean }
      type Job @key(fields: "id") { id: ID! there: String! @external last: String @requires(fields: "there") }`,
    resolvers: {
      Mutation: pick(mutations, 'ship', 'close'),
      Job: { ...reference, last: ({ there }: { there: string }) => `${there}; ${seen()}` },
    },
  },
];

export const wholeWorkshop: LibraryPart = {
  name: 'whole',
  sdl: `${colours}
    type Query { benchSeen: String! paintSeen: String! }
    type Mutation { build(name: String! = "box"): Job! buildAll: [Job!]! tryBuild: Job count: Int! made: [Thing!]!
      paint(colour: Colour! = RED): Job drop: Job pair: Pair must(fails: Boolean! = false): Int! ship: Job close: Boolean }
    interface Thing { id: ID! here: String }
    type Pair { left: Job right: Job tools: [[Tool!]] }
    type Job implements Thing { id: ID! here: String parts: [Job!]! tool: Tool colour: String there: String! risky: String sure: String! last: String }
    type Tool implements Thing { id: ID! here: String used: Job! there: String! }`,
  resolvers: {
    Query: { benchSeen: seen, paintSeen: seen },
    Mutation: mutations,
    Job: jobs,
    Tool: tools,
  },
};

export const workshopWords: Words = {
  kind: 'mutation',
  depth: 3,
  given: {
    build: [
      'build',
      'build_car: build(name: "car")',
      'build_it: build(name: $name)',
      'there: build(name: "there")',
    ],
    paint: ['paint', 'paint_blue: paint(colour: BLUE)', 'paint_it: paint(colour: $colour)'],
    must: ['must', 'must_not: must(fails: true)', 'must_if: must(fails: $yes)'],
  },
  document: (selection) =>
    `mutation ($yes: Boolean!, $name: String! = "sent", $colour: Colour! = BLUE) { ${selection.slice(1, -1)} ...Uses }
      fragment Uses on Mutation { uses: paint(colour: $colour) @include(if: $yes) { id } used: build(name: $name) @skip(if: $yes) { id last } }`,
  variables: fc.record(
    { yes: fc.boolean(), name: fc.constantFrom('a', 'b'), colour: fc.constantFrom('RED', 'BLUE') },
    { requiredKeys: ['yes'] },
  ),
};
