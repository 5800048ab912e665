import { buildASTSchema, parse } from 'graphql';
import { expect, it } from 'vitest';
import { fetchAt, nodesOf, type PlanNode, type PlanPath, type Requirement } from './plan.ts';
import { ToldRequirements } from './told-requirements.ts';

const supergraph = parse(`
  directive @join__graph(name: String!, url: String!) on ENUM_VALUE
  directive @join__type(graph: join__Graph!, key: String) repeatable on OBJECT
  directive @join__field(graph: join__Graph, requires: String, external: Boolean) repeatable on FIELD_DEFINITION
  enum join__Graph { ONE @join__graph(name: "one", url: "") TWO @join__graph(name: "two", url: "") }
  type Query @join__type(graph: ONE) @join__type(graph: TWO) {
    box: Box @join__field(graph: ONE)
    bag: Box @join__field(graph: TWO)
  }
  type Box @join__type(graph: ONE, key: "id") @join__type(graph: TWO, key: "id") {
    id: ID!
    size: Int @join__field(graph: ONE) @join__field(graph: TWO, external: true)
    owner: Owner @join__field(graph: ONE) @join__field(graph: TWO, external: true)
    price: Int @join__field(graph: TWO, requires: "size")
    letter: String @join__field(graph: TWO, requires: "id owner { name }")
    label: String @join__field(graph: TWO, requires: "id")
    next: Box @join__field(graph: TWO)
  }
  type Owner @join__type(graph: ONE) @join__type(graph: TWO) {
    name: String @join__field(graph: ONE) @join__field(graph: TWO, external: true)
    age: Int @join__field(graph: ONE)
  }
`);
const requirements = new ToldRequirements(supergraph, buildASTSchema(supergraph));

const told = (name: string, ...below: readonly Requirement[]): Requirement => ({
  kind: 'field',
  from: name,
  to: name,
  below,
});

interface Asking {
  readonly path?: PlanPath;
  readonly requires?: readonly Requirement[];
}

const fetch = (subgraph: string, operation: string, { path = [], requires }: Asking = {}): PlanNode =>
  fetchAt(
    path,
    {
      subgraph,
      operation,
      operationName: undefined,
      variables: [],
      inputRewrites: [],
      outputRewrites: [],
      context: [],
    },
    requires && [{ kind: 'fragment', on: 'Box', below: requires }],
  );
const lookUp = (fields: string, ...requires: readonly Requirement[]): PlanNode =>
  fetch(
    'two',
    `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Box { ${fields} } } }`,
    { path: ['box'], requires },
  );

it.each([
  ['a look-up is told it', lookUp('price', told('id'), told('size'))],
  ['a look-up is told what is below an object', lookUp('letter', told('id'), told('owner', told('name')))],
  ['the subgraph has it', fetch('two', '{ bag { label } }')],
  ['it is asked for beside the field, because it is provided there', fetch('two', '{ bag { size price } }')],
  ['nothing of it is asked', fetch('two', '{ bag { id next { id } } }')],
  ['the subgraph is another', fetch('one', '{ box { price: size } }')],
])('a plan is whole where %s', (_how, plan) => {
  expect(requirements.isMissingIn(plan)).toBe(false);
});

it.each([
  ['a look-up is not told it', lookUp('price', told('id'))],
  ['a look-up is told another part of an object', lookUp('letter', told('id'), told('owner', told('age')))],
  ['the field stands below a field', fetch('two', '{ bag { next { price } size } }')],
  ['the field stands below a field of what is told it', lookUp('next { price }', told('id'), told('size'))],
  ['the field stands below the root', fetch('two', '{ bag { cost: price } }')],
  [
    'one fetch of several is wrong',
    nodesOf('sequence', [lookUp('label', told('id')), lookUp('price', told('id'))]),
  ],
  ['the field stands in a fragment', fetch('two', '{ bag { ...Part } } fragment Part on Box { price }')],
])('a plan asks without what a field requires where %s', (_how, plan) => {
  expect(requirements.isMissingIn(plan)).toBe(true);
});
