import {
  type DocumentNode,
  type FieldNode,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
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
  /** Whether objects of some type below `typename` are asked for other fields than objects of which only `typename` is known. */
  dependOnType(sets: readonly SelectionSetNode[], typename: string): boolean;
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
  /** Calls back with every field, and every fragment that does not apply, that an object of `typename` meets. */
  const walk = (set: SelectionSetNode, typename: string, visitor: SelectionVisitor): void => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        visitor.field(selection);
        continue;
      }
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      if (fragment === undefined) continue;
      const condition = fragment.typeCondition?.name.value;
      if (condition === undefined || applies(condition, typename))
        walk(fragment.selectionSet, typename, visitor);
      else visitor.otherType?.(condition);
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
      for (const set of sets) walk(set, typename, { field });
      return found;
    },
    dependOnType: (sets, typename) => {
      let depends = false;
      const visitor: SelectionVisitor = {
        field: ({ name }) => {
          depends ||= name.value === '__typename';
        },
        otherType: (condition) => {
          depends ||= applies(typename, condition);
        },
      };
      for (const set of sets) walk(set, typename, visitor);
      return depends;
    },
  };
}

interface SelectionVisitor {
  field(node: FieldNode): void;
  otherType?(condition: string): void;
}
