import { CodedError } from '@tributary/runtime';
import {
  type DocumentNode,
  type GraphQLSchema,
  getIntrospectionQuery,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
} from 'graphql';
import { namedFragments } from '../execution/named-fragments.ts';

/** Twice what the tools ask for everything there is. */
const mostWeight = 2;

export type IntrospectionWeigher = (document: DocumentNode, operation: OperationDefinitionNode) => number;

/** Refuses a document with an operation that has the schema tell too much of itself. */
export function introspectionBroken(
  document: DocumentNode,
  weigh: IntrospectionWeigher,
): CodedError | undefined {
  const isHeavy = document.definitions.some(
    (definition) => definition.kind === Kind.OPERATION_DEFINITION && weigh(document, definition) > mostWeight,
  );
  if (!isHeavy) return undefined;
  const message =
    'The operation has the schema tell more than twice all there is of itself; ask for less at once.';
  return new CodedError('COST_EXCEEDED', message, { details: { what: 'introspection' } });
}

/** How many entries a list of the introspection types has, by its field. */
type ListSizes = Readonly<Record<string, number>>;

/**
 * Weighs what an operation has the schema tell of itself: each field counts once for each entry of the lists around it, of which a list has as many as this schema has on
 * average. One is what the tools ask for everything there is; aliases and fragments multiply it, and graphql-js bounds depth alone.
 */
export function introspectionWeigher(schema: GraphQLSchema): IntrospectionWeigher {
  const sizes = listSizes(schema);
  const everything = parse(
    getIntrospectionQuery({
      specifiedByUrl: true,
      directiveIsRepeatable: true,
      schemaDescription: true,
      inputValueDeprecation: true,
      oneOf: true,
    }),
  );
  const [whole] = everything.definitions;
  if (whole?.kind !== Kind.OPERATION_DEFINITION) throw new TypeError('graphql-js has no introspection query');
  const one = weightOf(sizes, everything, whole);
  // Asked for each request, and the same for all that ask one text.
  const known = new WeakMap<OperationDefinitionNode, number>();
  return (document, operation) => {
    const before = known.get(operation);
    if (before !== undefined) return before;
    const weight = weightOf(sizes, document, operation) / one;
    known.set(operation, weight);
    return weight;
  };
}

function weightOf(sizes: ListSizes, document: DocumentNode, operation: OperationDefinitionNode): number {
  const fragments = namedFragments(document);
  const known = new Map<string, number>();
  const ofFragment = (name: string, isRoot: boolean): number => {
    const key = `${name} ${isRoot}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    known.set(key, 0);
    const fragment = fragments.get(name);
    const weight = fragment === undefined ? 0 : ofSelection(fragment.selectionSet, isRoot);
    known.set(key, weight);
    return weight;
  };
  const ofSelection = ({ selections }: SelectionSetNode, isRoot: boolean): number => {
    let weight = 0;
    for (const node of selections) {
      if (node.kind === Kind.FRAGMENT_SPREAD) weight += ofFragment(node.name.value, isRoot);
      else if (node.kind === Kind.INLINE_FRAGMENT) weight += ofSelection(node.selectionSet, isRoot);
      else if (!isRoot || node.name.value === '__schema' || node.name.value === '__type') {
        const below = node.selectionSet === undefined ? 0 : ofSelection(node.selectionSet, false);
        weight += (sizes[node.name.value] ?? 1) * (1 + below);
      }
    }
    return weight;
  };
  return ofSelection(operation.selectionSet, true);
}

function listSizes(schema: GraphQLSchema): ListSizes {
  const types = Object.values(schema.getTypeMap());
  const outputs = types.filter((type) => isObjectType(type) || isInterfaceType(type));
  const fields = outputs.flatMap((type) => Object.values(type.getFields()));
  const inputs = types.filter(isInputObjectType);
  const inputFields = inputs.flatMap((type) => Object.values(type.getFields()));
  const args = fields.flatMap((field) => field.args);
  const average = (all: readonly unknown[], of: readonly unknown[]): number =>
    Math.max(1, all.length / Math.max(1, of.length));
  return Object.assign(Object.create(null) as Record<string, number>, {
    types: types.length,
    // The one that is named may be the largest.
    __type:
      Math.max(...outputs.map((type) => Object.keys(type.getFields()).length)) / average(fields, outputs),
    directives: schema.getDirectives().length,
    fields: average(fields, outputs),
    inputFields: average(inputFields, inputs),
    args: average(args, fields),
  });
}
