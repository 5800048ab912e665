import { describe, expect, it } from 'vitest';
import { federated, type SubgraphSource } from './federated.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable", "@external", "@requires"])\n`;
const reference = { __resolveReference: (told: object) => told };
const a = { __typename: 'A', id: 'a', ref: { id: 'ra' }, d: { w: 1, h: 2 }, l: [{ w: 3 }], v: { w: 4 } };
const b = { __typename: 'B', id: 'b', ref: { id: 'rb' }, d: { w: 5, h: 6 }, l: [{ w: 7 }], v: { w: 8 } };
const called = (self: typeof a, args: { n: number }) => ({ v: `${self.id}${args.n}` });

/** Fields of two types with one name and values of other shapes: what may be null, lists, and leaves below objects. */
const subgraphs: readonly SubgraphSource[] = [
  {
    name: 'one',
    sdl: `${link}
      type Query { is: [I!]! us: [U!]! } type Mutation { make: I }
      union U = A | B
      interface I { id: ID! d: D }
      type D { w: Int h: Int } type V1 { w: Int } type V2 { w: Int! } type Ref @shareable { id: ID! }
      type A implements I @key(fields: "id") { id: ID! d: D l: [D] v: V1 ref: Ref }
      type B implements I @key(fields: "id") @key(fields: "ref { id }") { id: ID! d: D! l: [D!]! v: V2 ref: Ref! }`,
    resolvers: {
      Query: { is: () => [a, b], us: () => [b, a] },
      Mutation: { make: () => b },
      A: { __resolveReference: () => a },
      B: { __resolveReference: () => b },
    },
  },
  {
    name: 'two',
    sdl: `${link}
      type D @external { w: Int h: Int } type V1 @external { w: Int } type V2 @external { w: Int! } type X @external { v: String }
      type A @key(fields: "id") { id: ID! d: D @external l: [D] @external v: V1 @external x(n: Int): X @external
        ad: String @requires(fields: "d { w }") al: String @requires(fields: "l { w }") av: String @requires(fields: "v { w }") ax: String @requires(fields: "x(n: 1) { v }") }
      type B @key(fields: "id") { id: ID! d: D! @external l: [D!]! @external v: V2 @external x(n: Int): X! @external
        bd: String @requires(fields: "d { w h }") bl: String @requires(fields: "l { w }") bv: String @requires(fields: "v { w }") bx: String @requires(fields: "x(n: 2) { v }") }`,
    resolvers: {
      A: {
        ...reference,
        ad: ({ d }: typeof a) => `d ${d.w}`,
        al: ({ l }: typeof a) => `l ${l.map(({ w }) => w)}`,
        av: ({ v }: typeof a) => `v ${v.w}`,
        ax: ({ x }: { x: { v: string } }) => `x ${x.v}`,
      },
      B: {
        ...reference,
        bd: ({ d }: typeof b) => `d ${d.w} ${d.h}`,
        bl: ({ l }: typeof b) => `l ${l.map(({ w }) => w)}`,
        bv: ({ v }: typeof b) => `v ${v.w}`,
        bx: ({ x }: { x: { v: string } }) => `x ${x.v}`,
      },
    },
  },
  {
    name: 'three',
    sdl: `${link}
      type X { v: String } type Ref @shareable { id: ID! }
      type A @key(fields: "id") { id: ID! x(n: Int): X }
      type B @key(fields: "id") { id: ID! x(n: Int): X! }`,
    resolvers: { A: { ...reference, x: called }, B: { ...reference, x: called } },
  },
  {
    name: 'four',
    sdl: `${link} type Ref @shareable { id: ID! } type B @key(fields: "ref { id }") { ref: Ref! by: String }`,
    resolvers: { B: { ...reference, by: ({ ref }: typeof b) => `by ${ref.id}` } },
  },
];

describe.each(['apollo', 'hive'] as const)('planned by %s', (planner) => {
  it.each([
    ['{ is { ... on A { d { w } } ... on B { bd } } }', { is: [{ d: { w: 1 } }, { bd: 'd 5 6' }] }],
    ['{ is { ... on A { ad } ... on B { bd } } }', { is: [{ ad: 'd 1' }, { bd: 'd 5 6' }] }],
    ['{ is { d { w } ... on B { bd } } }', { is: [{ d: { w: 1 } }, { d: { w: 5 }, bd: 'd 5 6' }] }],
    ['{ us { ... on A { al } ... on B { bl } } }', { us: [{ bl: 'l 7' }, { al: 'l 3' }] }],
    ['{ us { ... on A { av } ... on B { bv } } }', { us: [{ bv: 'v 8' }, { av: 'v 4' }] }],
    ['{ us { ... on A { v { w } } ... on B { bv } } }', { us: [{ bv: 'v 8' }, { v: { w: 4 } }] }],
    ['{ is { ... on A { ref { id } } ... on B { by } } }', { is: [{ ref: { id: 'ra' } }, { by: 'by rb' }] }],
    [
      '{ is { ... on A { x(n: 3) { v } ax } ... on B { bx } } }',
      { is: [{ x: { v: 'a3' }, ax: 'x a1' }, { bx: 'x b2' }] },
    ],
    ['mutation { make { ... on A { d { w } } ... on B { bd } } }', { make: { bd: 'd 5 6' } }],
  ])('a field that a type requires is asked beside one of another shape: %s', async (query, data) => {
    expect(await federated(subgraphs, {}, planner).ask(query)).toEqual({ data });
  });

  it.each([
    '{ is { ... on A { d { w } } ... on B { bd } } }',
    '{ is { ... on B { bd } ... on A { d { w } } } }',
  ])('an error stands where the client has the field, whatever its subgraph was asked: %s', async (query) => {
    const failing = subgraphs.map((each) => {
      if (each.name !== 'one') return each;
      const fails = (): never => {
        throw new Error('no d');
      };
      return { ...each, resolvers: { ...each.resolvers, A: { d: fails } } };
    });
    const { data, errors } = await federated(failing, {}, planner).ask(query);
    expect(data).toEqual({ is: [{ d: null }, { bd: 'd 5 6' }] });
    expect(errors?.map(({ message, path }) => [message, path])).toEqual([['no d', ['is', 0, 'd']]]);
  });
});

const named = ({ id }: { id: string }, { of }: { of: number }) => `${id} ${of}`;
/** One name on three types, of another shape on one of them. */
const names: readonly SubgraphSource[] = [
  {
    name: 'one',
    sdl: `${link} type Query { is: [I!]! in: [[Box!]!] } interface I { id: ID! nm(of: Int! = 0): String } type Box { i: I }
      type A implements I @key(fields: "id") { id: ID! nm(of: Int! = 0): String! @shareable }
      type B implements I @key(fields: "id") { id: ID! nm(of: Int! = 0): String @shareable }
      type C implements I @key(fields: "id") { id: ID! nm(of: Int! = 0): String }`,
    resolvers: {
      Query: {
        is: () => ['A', 'B', 'C'].map((__typename) => ({ __typename, id: __typename.toLowerCase() })),
        in: () => [[{ i: { __typename: 'B', id: 'b' } }], [{ i: { __typename: 'A', id: 'a' } }]],
      },
      A: { ...reference, nm: named },
      B: { ...reference, nm: named },
      C: { ...reference, nm: named },
    },
  },
  {
    name: 'two',
    sdl: `${link} interface J { nm(of: Int! = 0): String }
      type A implements J @key(fields: "id") { id: ID! nm(of: Int! = 0): String @shareable } type B implements J @key(fields: "id") { id: ID! nm(of: Int! = 0): String @shareable }`,
    resolvers: { A: { ...reference, nm: named }, B: { ...reference, nm: named } },
  },
];

describe.each(['apollo', 'hive'] as const)('planned by %s', (planner) => {
  it.each([
    [
      '{ is { ... on A { p: nm nm } ... on B { p: nm nm } nm } }',
      { is: [{ p: 'a 0', nm: 'a 0' }, { p: 'b 0', nm: 'b 0' }, { nm: 'c 0' }] },
    ],
    [
      '{ is { ... on A { p: nm(of: 1) q: nm(of: 2) nm } ... on B { p: nm(of: 1) q: nm(of: 2) nm } nm } }',
      {
        is: [{ p: 'a 1', q: 'a 2', nm: 'a 0' }, { p: 'b 1', q: 'b 2', nm: 'b 0' }, { nm: 'c 0' }],
      },
    ],
    [
      '{ is { ... on A { p: nm(of: 5) nm(of: 3) } ... on B { q: nm(of: 1) nm(of: 3) p: nm(of: 5) } nm(of: 3) } }',
      {
        is: [{ p: 'a 5', nm: 'a 3' }, { q: 'b 1', nm: 'b 3', p: 'b 5' }, { nm: 'c 3' }],
      },
    ],
    [
      '{ is { ... on J { p: nm nm } nm } }',
      { is: [{ p: 'a 0', nm: 'a 0' }, { p: 'b 0', nm: 'b 0' }, { nm: 'c 0' }] },
    ],
    [
      '{ in { i { ... on A { p: nm(of: 1) nm } ... on B { p: nm(of: 1) nm } nm } } }',
      { in: [[{ i: { p: 'b 1', nm: 'b 0' } }], [{ i: { p: 'a 1', nm: 'a 0' } }]] },
    ],
  ])('a name that is made up for fields of two types is each its own again: %s', async (query, data) => {
    expect(await federated(names, {}, planner).ask(query)).toEqual({ data });
  });
});
