import { readFileSync } from 'node:fs';
import { type SavedOperation, savedOperations } from '@tributary/rest';
import { restOperationFiles } from '@tributary/schema';
import {
  buildASTSchema,
  type DirectiveNode,
  type FieldDefinitionNode,
  Kind,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { expect, test } from 'vitest';
import { reachedOtherwise } from './rest-reached-otherwise.ts';

// Subscriptions are no routes: a route answers once.
const reached = ['JOBS', 'FILES', 'ANALYTICS'];

const supergraph = parse(readFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8'));
const schema = buildASTSchema(supergraph, { assumeValidSDL: true });

/** The graphs that a directive of composition names. */
const graphsIn = (name: string, directives: readonly DirectiveNode[] = []): readonly string[] =>
  directives
    .filter((directive) => directive.name.value === name)
    .flatMap(({ arguments: args = [] }) =>
      args.flatMap(({ value }) => (value.kind === Kind.ENUM ? value.value : [])),
    );

interface Answered {
  readonly coordinate: string;
  readonly graphs: readonly string[];
}

const withArguments = (
  type: string,
  field: FieldDefinitionNode,
  graphs: readonly string[],
): readonly Answered[] => {
  const coordinate = `${type}.${field.name.value}`;
  const args = (field.arguments ?? []).map(({ name }) => ({
    coordinate: `${coordinate}(${name.value}:)`,
    graphs,
  }));
  return [{ coordinate, graphs }, ...args];
};

/** Fields and their arguments by the subgraphs that answer them, as composition wrote them. */
const answered = supergraph.definitions.flatMap((node) => {
  if (node.kind !== Kind.OBJECT_TYPE_DEFINITION || node.name.value === 'Subscription') return [];
  const ofType = graphsIn('join__type', node.directives);
  return (node.fields ?? []).flatMap((field) => {
    const own = graphsIn('join__field', field.directives);
    return withArguments(node.name.value, field, own.length > 0 ? own : ofType);
  });
});

/** Variables that a request fills as a whole: what only parts of an input object are filled of is not reached. */
const wholeVariables = ({ parameters, bodyFields, route }: SavedOperation): ReadonlySet<string | undefined> =>
  new Set([
    ...parameters.filter(({ at }) => at.length === 0).map(({ variable }) => variable),
    ...bodyFields.map(({ variable }) => variable),
    route.body,
    route.ifMatch,
  ]);

const routed = new Set<string>();
for (const operation of savedOperations(restOperationFiles())) {
  const whole = wholeVariables(operation);
  const types = new TypeInfo(schema);
  const note = {
    Field: ({
      name,
      arguments: args = [],
    }: {
      readonly name: { readonly value: string };
      readonly arguments?: readonly {
        readonly name: { readonly value: string };
        readonly value: { readonly kind: string };
      }[];
    }) => {
      const coordinate = `${types.getParentType()?.name}.${name.value}`;
      routed.add(coordinate);
      for (const { name: argument, value } of args)
        if (!isVariable(value) || whole.has(value.name.value))
          routed.add(`${coordinate}(${argument.value}:)`);
    },
  };
  visit(operation.document, visitWithTypeInfo(types, note));
}

function isVariable(value: {
  readonly kind: string;
}): value is { readonly kind: string; readonly name: { readonly value: string } } {
  return value.kind === Kind.VARIABLE;
}

test.each(reached)(
  'whatever %s answers in the graph, and can be asked with, is reached by a route, or otherwise for a reason',
  (graph) => {
    const own = answered.filter(({ graphs }) => graphs.includes(graph)).map(({ coordinate }) => coordinate);
    expect(own.length).toBeGreaterThan(100);
    const fieldOf = (coordinate: string): string => coordinate.replace(/\(.*/, '');
    // The arguments of a field without a route are nowhere to be given.
    const missing = own.filter(
      (each) => !routed.has(each) && (fieldOf(each) === each || routed.has(fieldOf(each))),
    );
    expect(missing.filter((each) => !reachedOtherwise.some(([where]) => where.test(each)))).toEqual([]);
  },
);

test('the reviewed list names only what is there and has no route', () => {
  const there = answered.map(({ coordinate }) => coordinate).filter((each) => !routed.has(each));
  expect(reachedOtherwise.filter(([where]) => !there.some((each) => where.test(each)))).toEqual([]);
  const named = [...routed].filter((each) => reachedOtherwise.some(([where]) => where.test(each)));
  expect(named).toEqual([]);
});
