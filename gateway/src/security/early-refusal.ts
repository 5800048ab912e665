import type { CodedError } from '@tributary/runtime';
import { allowanceOf, type Principal, refusalOf } from '@tributary/subgraph-kit';
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { rootField } from '../planning/supergraph.ts';

/** A root field that the principal may not use. */
export interface EarlyRefusal {
  readonly coordinate: string;
  readonly responseKey: string;
  readonly error: CodedError;
}

/**
 * Refuses by the supergraph's own copy of `@allow`, before anything is planned or fetched. The subgraph decides again: this only saves
 * its time. A mutation or subscription is refused for any root field, so that nothing of it happens; a query only when no root
 * field of it would be answered, because the others are.
 */
export function earlyRefusals(
  supergraph: GraphQLSchema,
  request: { readonly document: DocumentNode; readonly operation: OperationDefinitionNode },
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
    if (error !== undefined) refusals.push({ coordinate: `${type}.${name}`, responseKey, error });
  }
  if (operation.operation === 'query' && refusals.length < names.size) return [];
  return refusals;
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
