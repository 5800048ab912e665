import fc from 'fast-check';
import { buildSchema, getOperationAST, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { fieldWeights } from '../src/security/field-weights.ts';
import { operationCost } from '../src/security/operation-cost.ts';
import { operationShape } from '../src/security/operation-shape.ts';

const schema = buildSchema(/* GraphQL */ `
  directive @cost(weight: Int!) on FIELD_DEFINITION
  directive @listSize(assumedSize: Int) on FIELD_DEFINITION
  directive @cost__listSize(assumedSize: Int) on FIELD_DEFINITION
  type Query { items(first: Int, where: Where): Connection! item: Item tags: [Item!] report: [Item!] @cost(weight: 500) state: String @cost(weight: 50) }
  input Where { or: [Where!] among: [Int!] }
  type Mutation { make(inputs: [String!]!): [Item!] }
  type Connection { runs: [Item!]! @cost__listSize(assumedSize: 500) nodes: [Item!]! edges: [Edge!]! total: Int! }
  type Edge { node: Item! }
  type Item { id: ID! items(first: Int): Connection! twin: Item needs: [Item!]! @listSize(assumedSize: 40) }
`);

function costOf(query: string, variables: Record<string, unknown> = {}): number {
  const document = parse(query);
  const operation = getOperationAST(document);
  if (operation == null) throw new TypeError('no operation');
  return operationCost({ schema, document, operation, variables, weights: fieldWeights(schema) });
}

/** An object with one leaf. */
const one = 1 + 1 / 20;

describe('the cost of an operation', () => {
  it('is the number of objects it may touch', () => {
    expect(costOf('{ item { id } }')).toBe(1);
    expect(costOf('{ items(first: 3) { nodes { id } } }')).toBe(Math.round(1 + 3 * one));
    expect(costOf('{ items(first: 3) { nodes { items(first: 5) { nodes { id } } } } }')).toBe(
      Math.round(1 + 3 * (1 + 1 + 5 * one)),
    );
    expect(costOf('{ items { nodes { id } edges { node { id } } } }')).toBe(
      Math.round(1 + 20 * one + 20 * (1 + one)),
    );
    expect(
      costOf('mutation($inputs: [String!]!) { make(inputs: $inputs) { id } }', { inputs: ['a', 'b', 'c'] }),
    ).toBe(Math.round(3 + 3 * one));
  });

  it('counts a list as long as its schema says, whatever the page above it, at every level', () => {
    expect(costOf('{ item { needs { id } } }')).toBe(Math.round(1 + 40 * one));
    expect(costOf('{ item { needs { needs { id } } } }')).toBe(Math.round(1 + 40 * (1 + 40 * one)));
    expect(costOf('{ items(first: 2) { runs { id } } }')).toBe(Math.round(1 + 500 * one));
  });

  it('takes the size of a page from the default of its variable when nothing else is given', () => {
    const text = 'query($n: Int = 100) { items(first: $n) { nodes { items(first: $n) { nodes { id } } } } }';
    expect(costOf(text)).toBe(1 + 100 * (1 + 1 + 100 * one));
    expect(costOf(text, { n: 2 })).toBe(Math.round(1 + 2 * (1 + 1 + 2 * one)));
    expect(costOf(text, { n: null })).toBe(1 + 20 * (1 + 1 + 20 * one));
    const list = 'mutation($inputs: [String!]! = ["a", "b", "c"]) { make(inputs: $inputs) { id } }';
    expect(costOf(list)).toBe(Math.round(3 + 3 * one));
  });

  it('counts nested pages at least as their product, wherever their sizes come from, and never shrinks with them', () => {
    const size = fc.integer({ min: 1, max: 100 });
    fc.assert(
      fc.property(
        fc.array(size, { minLength: 1, maxLength: 6 }),
        fc.constantFrom('text', 'variable', 'default'),
        fc.boolean(),
        (sizes, from, inFragment) => {
          const given = (values: readonly number[]): Record<string, unknown> =>
            from === 'variable' ? Object.fromEntries(values.map((value, index) => [`n${index}`, value])) : {};
          const text = (values: readonly number[]): string => {
            const inner = sizes.reduceRight(
              (below, _value, index) =>
                `items(first: ${from === 'text' ? values[index] : `$n${index}`}) { nodes { ${below} } }`,
              'id',
            );
            const definition = (value: number, index: number): string =>
              `$n${index}: Int${from === 'default' ? ` = ${value}` : ''}`;
            const head = from === 'text' ? 'query' : `query(${values.map(definition).join(', ')})`;
            return inFragment ? `${head} { ...F } fragment F on Query { ${inner} }` : `${head} { ${inner} }`;
          };
          const cost = costOf(text(sizes), given(sizes));
          expect(cost).toBeGreaterThanOrEqual(sizes.reduce((product, value) => product * value, 1));
          const larger = sizes.map((value) => Math.min(100, value + 1));
          expect(costOf(text(larger), given(larger))).toBeGreaterThanOrEqual(cost);
        },
      ),
      { verbose: true },
    );
  });

  it('grows with the values to judge, in each field that takes them', () => {
    const among = Array.from({ length: 5_000 }, (_, at) => at);
    const where = { or: Array.from({ length: 10 }, () => ({ among: among.slice(0, 500) })) };
    const fields = (count: number): string =>
      Array.from({ length: count }, (_, at) => `a${at}: items(first: 1, where: $where) { total }`).join(' ');
    const costOfFields = (count: number): number =>
      costOf(`query($where: Where) { ${fields(count)} }`, { where });
    expect(costOfFields(30)).toBe(Math.round(30 * (one + (10 + 5_000) / 20)));
    expect(costOfFields(1)).toBe(Math.round(one + (10 + 5_000) / 20));
    expect(costOf('{ items(first: 1, where: { or: [{ among: [1, 2, 3] }] }) { total } }')).toBe(1);
  });

  it('grows with the leaves of an object, which aliases repeat', () => {
    const leaves = Array.from({ length: 98 }, (_, at) => `a${at}: id`).join(' ');
    expect(costOf(`{ items(first: 100) { nodes { ${leaves} b: __typename c: __typename } } }`)).toBe(
      1 + 100 * (1 + 5),
    );
  });

  it('has the weight of a field besides, once however many rows it has', () => {
    expect(costOf('{ report { id } }')).toBe(Math.round(500 + 10 * one));
    expect(costOf('{ a: state b: state }')).toBe(100);
  });

  it('does not depend on how fragments cut the operation', () => {
    const plain = costOf('{ items(first: 7) { nodes { twin { items(first: 2) { nodes { id } } } } } }');
    const cut =
      '{ ...A } fragment A on Query { items(first: 7) { ...B } } fragment B on Connection { nodes { ... on Item { ...C } } } fragment C on Item { twin { items(first: 2) { nodes { id } } } }';
    expect(costOf(cut)).toBe(plain);
  });
});

describe('the shape of an operation', () => {
  it('counts what fragments hide, in time that follows the text', () => {
    const levels = 200;
    const fragments = Array.from(
      { length: levels },
      (_, index) => `fragment F${index} on Item { a: id ...F${index + 1} ...F${index + 1} }`,
    );
    const document = parse(`{ item { ...F0 } } ${fragments.join(' ')} fragment F${levels} on Item { id }`);
    const operation = getOperationAST(document);
    if (operation == null) throw new TypeError('no operation');
    const shape = operationShape(document, operation);
    expect(shape.aliases).toBeGreaterThan(2 ** 100);
    expect(shape.depth).toBe(2);
  });
});
