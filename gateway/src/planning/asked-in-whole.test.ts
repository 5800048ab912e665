import { buildASTSchema, parse } from 'graphql';
import { expect, it } from 'vitest';
import { asksForAll } from './asked-in-whole.ts';
import { fetchAt, nodesOf, type Plan, type PlanPath } from './plan.ts';
import { SubgraphTypes } from './subgraph-types.ts';

const supergraph = parse(`
  directive @join__graph(name: String!, url: String!) on ENUM_VALUE
  directive @join__type(graph: join__Graph!) repeatable on UNION | OBJECT
  directive @join__unionMember(graph: join__Graph!, member: String!) repeatable on UNION
  enum join__Graph { ONE @join__graph(name: "one", url: "") TWO @join__graph(name: "two", url: "") }
  union Found @join__type(graph: ONE) @join__type(graph: TWO) @join__unionMember(graph: ONE, member: "Film")
    @join__unionMember(graph: TWO, member: "Film") @join__unionMember(graph: TWO, member: "Book") = Book | Film
  type Query { found: [Found!]! all: [Product!]! one: Book }
  interface Product { id: ID! price: Int with: [Product!]! }
  type Book implements Product { id: ID! price: Int with: [Product!]! pages: Int }
  type Film implements Product { id: ID! price: Int with: [Product!]! }
`);
const types = new SubgraphTypes(supergraph, buildASTSchema(supergraph));

const fetch = (operation: string, path: PlanPath = [], on?: string, subgraph = 'one'): Plan =>
  fetchAt(
    path,
    {
      subgraph,
      operation,
      operationName: undefined,
      variables: [],
      inputRewrites: [],
      outputRewrites: [{ kind: 'rename', path: [], key: 'price__1', to: 'price' }],
      context: [],
    },
    on === undefined ? undefined : [{ kind: 'fragment', on, below: [] }],
  );
const lookUp = (path: PlanPath, on: string, fields: string): Plan =>
  fetch(
    `query ($representations: [_Any!]!) { _entities(representations: $representations) { ${fields} } }`,
    path,
    on,
  );

const prices = '{ all { id cost: price } }';
const start = fetch('{ all { __typename id } }');
const films: PlanPath = ['all', '@', { types: ['Film'] }];

it.each([
  ['in one fetch', prices, fetch(prices)],
  [
    'in several',
    prices,
    nodesOf('sequence', [start, lookUp(['all', '@'], 'Product', '... on Product { cost: price }')]),
  ],
  [
    'type by type',
    prices,
    nodesOf('sequence', [
      start,
      lookUp(['all', '@'], 'Book', '... on Book { cost: price }'),
      lookUp(films, 'Product', '... on Product { cost: price }'),
    ]),
  ],
  [
    'of the types it is asked of',
    '{ all { ... on Book { pages } } }',
    nodesOf('sequence', [start, lookUp(['all', '@'], 'Book', '... on Book { pages }')]),
  ],
  [
    'by a fragment around a type',
    '{ one { ... on Product { price } } }',
    fetch('{ one { ... on Book { price__1: price } } }'),
  ],
  [
    'of objects that its subgraph can bring',
    '{ found { ... on Book { pages with { id } } ... on Film { id } } }',
    fetch('{ found { __typename ... on Film { id } } }'),
  ],
  ['by the names of fragments', '{ all { ...Part } } fragment Part on Product { id }', start],
])('a plan that asks for everything asks for it %s', (_how, operation, plan) => {
  expect(asksForAll(plan, parse(operation), types)).toBe(true);
});

it.each([
  ['a field', prices, start],
  ['a field under one of two names', '{ all { cost: price price } }', fetch('{ all { cost: price } }')],
  [
    'a field of one type',
    prices,
    nodesOf('sequence', [start, lookUp(['all', '@'], 'Book', '... on Book { cost: price }')]),
  ],
  [
    'a field of the types that a path leads to',
    prices,
    nodesOf('sequence', [start, lookUp(films, 'Product', '... on Product { cost: price }')]),
  ],
  [
    'a field of types of which nothing is told',
    prices,
    nodesOf('sequence', [
      start,
      lookUp(['all', '@'], 'Book', '... on Book { cost: price }'),
      lookUp(films, 'Book', '... on Product { cost: price }'),
    ]),
  ],
  [
    'a field of objects that its subgraph can bring',
    '{ found { ... on Book { pages } ... on Film { id } } }',
    fetch('{ found { __typename ... on Film { id } } }', [], undefined, 'two'),
  ],
  [
    'everything where a subgraph must refuse a text',
    '{ one { id } }',
    fetch('{ one { id ... on Film { price } } }'),
  ],
  ['what is below a field', '{ all { with { id } } }', fetch('{ all { id with { __typename } } }')],
  ['everything', prices, undefined],
])('a plan leaves out %s', (_what, operation, plan) => {
  expect(asksForAll(plan, parse(operation), types)).toBe(false);
});
