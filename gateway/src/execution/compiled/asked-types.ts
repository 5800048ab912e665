import { type DocumentNode, type FieldNode, Kind, type SelectionSetNode, visit } from 'graphql';
import { namedFragments } from '../named-fragments.ts';
import { typenameField } from './conditions.ts';

/**
 * Has the type told of objects of which fragments may ask for nothing at all: conditions within conditions can fit each other and yet leave no type (a cat that is an animal
 * that is a dog). The object is in the answer all the same (GraphQL §6.3.2), and a planner that leaves out what nothing is asked of would leave it out.
 */
export function withTypesWhereNothingIsSure(document: DocumentNode): DocumentNode {
  const fragments = namedFragments(document);
  /** Whether an object for which the condition holds is asked for something. */
  const isSure = ({ selections }: SelectionSetNode, condition: string | undefined): boolean =>
    selections.some((selection) => {
      if (selection.kind === Kind.FIELD) return true;
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      const own = fragment?.typeCondition?.name.value ?? condition;
      return fragment !== undefined && own === condition && isSure(fragment.selectionSet, condition);
    });
  /** Validation sees to it that a fragment fits some object of its field: one deep is enough. */
  const mayAskNothing = ({ selections }: SelectionSetNode): boolean =>
    !selections.some((selection) => {
      if (selection.kind === Kind.FIELD) return true;
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      return fragment !== undefined && isSure(fragment.selectionSet, fragment.typeCondition?.name.value);
    });
  return visit(document, {
    [Kind.FIELD]: (field: FieldNode): FieldNode | undefined => {
      const { selectionSet } = field;
      if (selectionSet === undefined || !mayAskNothing(selectionSet)) return undefined;
      return {
        ...field,
        selectionSet: { ...selectionSet, selections: [typenameField, ...selectionSet.selections] },
      };
    },
  });
}
