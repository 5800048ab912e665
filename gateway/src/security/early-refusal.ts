import type { CodedError } from '@tributary/runtime';
import { allowanceOf, nestedAllowance, type Principal, refusalOf } from '@tributary/subgraph-kit';
import {
  type DocumentNode,
  type FieldNode,
  type FragmentSpreadNode,
  type GraphQLSchema,
  type InlineFragmentNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { isIncluded } from '../execution/compiled/conditions.ts';
import { namedFragments } from '../execution/named-fragments.ts';
import { rootField } from '../planning/supergraph.ts';

/** A field that the principal may not use. */
export interface EarlyRefusal {
  readonly coordinate: string;
  /** Response keys down to it. */
  readonly path: readonly string[];
  readonly error: CodedError;
}

interface Asked {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * Refuses by the supergraph's own copy of `@allow`, before anything is planned or fetched. The subgraph decides again: this only saves
 * its time. A mutation or subscription is refused for any root field, so that nothing of it happens, and a mutation for any field of its answer, because whoever
 * is refused takes it that nothing was done; a query only when no root field of it would be answered, because the others are.
 */
export function earlyRefusals(
  supergraph: GraphQLSchema,
  request: Asked,
  principal: Principal,
): readonly EarlyRefusal[] {
  const { document, operation } = request;
  const names = rootSelections(document, operation);
  const refusals: EarlyRefusal[] = [];
  for (const [responseKey, name] of names) {
    const definition = rootField(supergraph, operation.operation, name);
    const allowance = definition === undefined ? undefined : allowanceOf(definition);
    const error = allowance === undefined ? undefined : refusalOf(principal, allowance);
    const type = supergraph.getRootType(operation.operation)?.name ?? operation.operation;
    if (error !== undefined) refusals.push({ coordinate: `${type}.${name}`, path: [responseKey], error });
  }
  if (operation.operation === 'query' && refusals.length < names.size) return [];
  if (operation.operation !== 'mutation' || refusals.length > 0) return refusals;
  return answerRefusals(supergraph, request, principal);
}

/** Of the fields below a mutation's roots, each said once. What `@skip` and `@include` leave out there is not asked for; roots are judged whatever they carry. */
function answerRefusals(
  supergraph: GraphQLSchema,
  { document, operation, variables }: Asked,
  principal: Principal,
): readonly EarlyRefusal[] {
  const refusals = new Map<string, EarlyRefusal>();
  const path: string[] = [];
  const values = { ...defaultTruths(operation), ...variables };
  const isAsked = ({ directives }: FieldNode | InlineFragmentNode): boolean =>
    path.length === 0 || isIncluded(directives, values);
  const types = new TypeInfo(supergraph);
  const field = {
    enter: (node: FieldNode): false | undefined => {
      if (!isAsked(node)) return false;
      path.push(node.alias?.value ?? node.name.value);
      const definition = types.getFieldDef();
      const parent = types.getParentType();
      if (path.length === 1 || !definition || !parent) return undefined;
      const allowance = nestedAllowance(supergraph, definition);
      const error = allowance === undefined ? undefined : refusalOf(principal, allowance);
      const coordinate = `${parent.name}.${node.name.value}`;
      if (error !== undefined && !refusals.has(coordinate))
        refusals.set(coordinate, { coordinate, path: [...path], error });
      return undefined;
    },
    leave: (): void => {
      path.pop();
    },
  };
  const fragment = (node: InlineFragmentNode): false | undefined => (isAsked(node) ? undefined : false);
  const visitor = visitWithTypeInfo(types, { [Kind.FIELD]: field, [Kind.INLINE_FRAGMENT]: fragment });
  visit(withFragments(document, operation), visitor);
  return [...refusals.values()];
}

/** Of variables that were left out. */
function defaultTruths({
  variableDefinitions = [],
}: OperationDefinitionNode): Readonly<Record<string, boolean>> {
  return Object.fromEntries(
    variableDefinitions.flatMap(({ variable, defaultValue }) =>
      defaultValue?.kind === Kind.BOOLEAN ? [[variable.name.value, defaultValue.value] as const] : [],
    ),
  );
}

/** The operation with its fragments in their places. The document is valid, and was bounded with fragments opened. */
function withFragments(document: DocumentNode, operation: OperationDefinitionNode): OperationDefinitionNode {
  const fragments = namedFragments(document);
  if (fragments.size === 0) return operation;
  const opened = {
    [Kind.FRAGMENT_SPREAD]: ({
      name,
      directives = [],
    }: FragmentSpreadNode): InlineFragmentNode | undefined => {
      const fragment = fragments.get(name.value);
      return fragment && { ...fragment, directives, kind: Kind.INLINE_FRAGMENT };
    },
  };
  return visit(operation, opened);
}

/** Names of root fields by response key. */
export function rootSelections(
  document: DocumentNode,
  operation: OperationDefinitionNode,
): ReadonlyMap<string, string> {
  return new Map(
    [...rootFieldNodes(document, operation)].map(([responseKey, node]) => [responseKey, node.name.value]),
  );
}

/** Root fields by response key, with fragments opened. The document is valid: fragments exist and do not contain themselves. */
export function rootFieldNodes(
  document: DocumentNode,
  operation: OperationDefinitionNode,
): ReadonlyMap<string, FieldNode> {
  const nodes = new Map<string, FieldNode>();
  const opened = new Set<string>();
  const open = (set: SelectionSetNode): void => {
    for (const node of set.selections) {
      if (node.kind === Kind.FIELD) nodes.set(node.alias?.value ?? node.name.value, node);
      else if (node.kind === Kind.INLINE_FRAGMENT) open(node.selectionSet);
      else if (!opened.has(node.name.value)) {
        opened.add(node.name.value);
        const fragment = document.definitions.find(
          (definition) =>
            definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === node.name.value,
        );
        if (fragment?.kind === Kind.FRAGMENT_DEFINITION) open(fragment.selectionSet);
      }
    }
  };
  open(operation.selectionSet);
  return nodes;
}
