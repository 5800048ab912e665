import { expect, it } from 'vitest';
import { tellsWhatIsBrought } from './brought-before.ts';
import { fetchAt, nodesOf, type Plan, type PlanPath, type Requirement } from './plan.ts';

const field = (name: string, ...below: readonly Requirement[]): Requirement => ({
  kind: 'field',
  from: name,
  to: name,
  below,
});

const fetch = (operation: string, path: PlanPath = [], requires?: readonly Requirement[]): Plan =>
  fetchAt(
    path,
    {
      subgraph: 'one',
      operation,
      operationName: undefined,
      variables: [],
      inputRewrites: [],
      outputRewrites: [{ kind: 'rename', path: [], key: 'id__1', to: 'id' }],
      context: [],
    },
    requires && [{ kind: 'fragment', on: 'Box', below: [field('__typename'), ...requires] }],
  );
const lookUp = (fields: string, path: PlanPath, ...requires: readonly Requirement[]): Plan =>
  fetch(
    `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Box { ${fields} } } }`,
    path,
    requires,
  );

const boxes: PlanPath = ['boxes', '@'];
const numbers = fetch('{ boxes { __typename number } }');
const ids = lookUp('id', boxes, field('number'));
const size = lookUp('size', boxes, field('id'));

it.each([
  ['nothing', numbers],
  ['no plan', undefined],
  ['what the first fetch brings', nodesOf('sequence', [numbers, ids])],
  ['what a look-up brings', nodesOf('sequence', [numbers, ids, size])],
  ['what one of two at once brings', nodesOf('sequence', [numbers, nodesOf('parallel', [ids, ids]), size])],
  ['what has another name in the answer', nodesOf('sequence', [fetch('{ boxes { id__1: id } }'), size])],
  [
    'what is below a field, and below objects of one type',
    nodesOf('sequence', [
      fetch('{ boxes { ...Part } } fragment Part on Box { owner { id } }'),
      lookUp('size', ['boxes', '@', { types: ['Box'] }, 'owner'], field('id')),
      lookUp('size', boxes, field('owner', field('id'))),
    ]),
  ],
])('a plan tells %s', (_what, plan) => {
  expect(tellsWhatIsBrought(plan)).toBe(true);
});

it.each([
  ['a key that nothing brings', nodesOf('sequence', [numbers, size])],
  ['a key that comes afterwards', nodesOf('sequence', [numbers, size, ids])],
  ['a key that comes at once', nodesOf('sequence', [numbers, nodesOf('parallel', [ids, size])])],
  ['the key of other objects', nodesOf('sequence', [fetch('{ boxes { owner { id } } }'), size])],
  [
    'another part of an object',
    nodesOf('sequence', [
      fetch('{ boxes { owner { id } } }'),
      lookUp('size', boxes, field('owner', field('name'))),
    ]),
  ],
  ['of objects that nobody asks for', nodesOf('sequence', [numbers, lookUp('size', ['bags'])])],
])('a plan is none that tells %s', (_what, plan) => {
  expect(tellsWhatIsBrought(plan)).toBe(false);
});
