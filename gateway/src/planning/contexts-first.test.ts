import { describe, expect, it } from 'vitest';
import { withContextsFirst } from './contexts-first.ts';
import type { ContextArgument, EntityFetch, PlanNode, RootFetch } from './plan.ts';

function root(operation: string): RootFetch {
  const asked = { subgraph: 'house', operation, operationName: undefined, variables: [] };
  return { ...asked, kind: 'root', path: [], outputRewrites: [] };
}

function lookUp(
  path: readonly string[],
  fields: string,
  context: readonly ContextArgument[] = [],
): EntityFetch {
  return {
    kind: 'entities',
    subgraph: 'library',
    operation: `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Any { ${fields} } } }`,
    operationName: undefined,
    variables: [],
    context,
    groups: [
      {
        key: '_entities',
        variable: 'representations',
        paths: [path],
        requires: [
          { kind: 'fragment', on: 'Any', below: [{ kind: 'field', from: 'id', to: 'id', below: [] }] },
        ],
        inputRewrites: [],
        outputRewrites: [],
      },
    ],
  };
}

const language = (levels: number): readonly ContextArgument[] => [
  { variable: 'language', sources: [{ levels, path: ['language'] }] },
];
const sequence = (...nodes: readonly PlanNode[]): PlanNode => ({ kind: 'sequence', nodes });
const parallel = (...nodes: readonly PlanNode[]): PlanNode => ({ kind: 'parallel', nodes });

const ask = root('{ reader { id books { id } } }');
const value = lookUp(['reader'], 'language');
const taker = lookUp(['reader', 'books', '@'], 'title(language: $language)', language(1));
const shops = root('{ shops { id } }');
const names = lookUp(['shops', '@'], 'name');

describe('a plan with values from context', () => {
  it('has each value before it is taken, and lets what has to do with neither go on meanwhile', () => {
    expect(
      withContextsFirst(parallel(sequence(shops, names), sequence(ask, parallel(taker, value)))),
    ).toEqual(parallel(sequence(shops, names), sequence(ask, value, taker)));
  });

  it('is put in order where the value comes after what was asked for with it', () => {
    const town = lookUp(['reader'], 'town');
    expect(withContextsFirst(sequence(ask, parallel(taker, town), value))).toEqual(
      sequence(ask, parallel(town, value), taker),
    );
  });

  it('stays as it is where every value is there', () => {
    const plan = sequence(parallel(ask, shops), parallel(value, names), taker);
    expect(withContextsFirst(plan)).toBe(plan);
  });

  it('does one thing after the other where it changes something', () => {
    const first = root('mutation { reader { id books { id } } }');
    const second = root('mutation { other { id } }');
    const more = lookUp(['other'], 'town');
    expect(withContextsFirst(sequence(first, parallel(taker, value), second, more))).toEqual(
      sequence(first, value, taker, second, more),
    );
  });

  it('asks apart for what a value needs and what takes it', () => {
    const both = lookUp(['reader', 'books', '@'], 'pages title(language: $language)', language(1));
    const needing: EntityFetch = {
      ...value,
      groups: value.groups.map((group) => ({
        ...group,
        requires: [
          {
            kind: 'field',
            from: 'books',
            to: 'books',
            below: [{ kind: 'field', from: 'pages', to: 'pages', below: [] }],
          },
        ],
      })),
    };
    const plan = withContextsFirst(sequence(ask, both, needing));
    expect(plan.kind === 'sequence' && plan.nodes).toMatchObject([
      ask,
      { operation: expect.not.stringContaining('title'), context: [] },
      needing,
      { operation: expect.not.stringContaining('pages'), context: language(1) },
    ]);
  });

  it('is refused where nobody is asked for a value', () => {
    expect(() => withContextsFirst(sequence(ask, taker))).toThrow('No subgraph is asked for a value');
  });

  it('is refused where a value waits for what takes it', () => {
    const waiting = lookUp(['reader', 'books', '@', 'owner'], 'language');
    const owner = lookUp(['reader', 'books', '@'], 'owner(language: $language) { id }', [
      { variable: 'language', sources: [{ levels: 0, path: ['owner', 'language'] }] },
    ]);
    expect(() => withContextsFirst(sequence(ask, owner, waiting))).toThrow('wait for each other');
  });
});
