import {
  type DocumentNode,
  type FieldNode,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionSetNode,
} from 'graphql';
import { namedFragments } from '../named-fragments.ts';
import type { TypeCondition } from './type-conditions.ts';

/** An operation's selections with its fragments. Conditions are decided already. */
export interface Selections {
  readonly operation: OperationDefinitionNode;
  /**
   * The fields an object of `typename` is asked for, by response key in the order of the answer (GraphQL §6.3.2). Several nodes
   * under one key are one field; their selection sets count together.
   */
  fieldsOf(sets: readonly SelectionSetNode[], typename: string): ReadonlyMap<string, readonly FieldNode[]>;
  /** What is asked for under one key of objects of any type. */
  fieldsUnder(sets: readonly SelectionSetNode[], key: string): readonly FieldNode[];
  /**
   * Whether an object of which only the abstract `typename` is known could be one of `possible` that is asked for other fields. Fragments that apply to none of them ask for
   * nothing, so planners leave them out, and with them the question of which type it is.
   */
  dependOnType(
    sets: readonly SelectionSetNode[],
    typename: string,
    possible: readonly { readonly name: string }[],
  ): boolean;
}

/** @throws TypeError when the document has no operation of that name. */
export function selectionsOf(
  document: DocumentNode,
  operationName: string | undefined,
  applies: TypeCondition,
): Selections {
  const operation = getOperationAST(document, operationName);
  if (operation === null || operation === undefined) throw new TypeError('there is no such operation');
  const fragments = namedFragments(document);
  /** Calls back with every field that an object of `typename` meets, or one of any type. */
  const walk = (
    set: SelectionSetNode,
    typename: string | undefined,
    visit: (field: FieldNode) => void,
  ): void => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        visit(selection);
        continue;
      }
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      if (fragment === undefined) continue;
      const condition = fragment.typeCondition?.name.value;
      if (condition === undefined || typename === undefined || applies(condition, typename))
        walk(fragment.selectionSet, typename, visit);
    }
  };
  return {
    operation,
    fieldsOf: (sets, typename) => {
      const found = new Map<string, FieldNode[]>();
      const field = (node: FieldNode): void => {
        const key = node.alias?.value ?? node.name.value;
        const nodes = found.get(key);
        if (nodes === undefined) found.set(key, [node]);
        else nodes.push(node);
      };
      for (const set of sets) walk(set, typename, field);
      return found;
    },
    fieldsUnder: (sets, key) => {
      const found: FieldNode[] = [];
      for (const set of sets)
        walk(set, undefined, (node) => {
          if ((node.alias ?? node.name).value === key) found.push(node);
        });
      return found;
    },
    dependOnType: (sets, typename, possible) => {
      const nodesOf = (name: string): readonly FieldNode[] => {
        const nodes: FieldNode[] = [];
        for (const set of sets) walk(set, name, (node) => nodes.push(node));
        return nodes;
      };
      const known = nodesOf(typename);
      const asked = new Set(known.map((node) => print(node)));
      return (
        known.some(({ name }) => name.value === '__typename') ||
        possible.some(({ name }) => nodesOf(name).some((node) => !asked.has(print(node))))
      );
    },
  };
}
