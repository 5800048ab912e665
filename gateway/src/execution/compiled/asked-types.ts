import {
  BREAK,
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
  Kind,
  type SelectionSetNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { namedFragments } from '../named-fragments.ts';
import { typenameField } from './conditions.ts';
import type { Selections } from './selected-fields.ts';

/**
 * Has the type told of objects of which fragments may ask for nothing at all: conditions within conditions can fit each other and yet leave no type (a cat that is an animal
 * that is a dog). The object is in the answer all the same (GraphQL §6.3.2), and a planner that leaves out what nothing is asked of would leave it out.
 */
export function withTypesWhereNothingIsSure(
  document: DocumentNode,
  { fieldsOf }: Selections,
  schema: GraphQLSchema,
): DocumentNode {
  const fragments = namedFragments(document);
  type Below = (set: SelectionSetNode, condition: string | undefined) => boolean;
  /** Whether a set has a field, or a fragment of which `below` says so; it is told the fragment's condition. */
  const hasField = ({ selections }: SelectionSetNode, below: Below): boolean =>
    selections.some((selection) => {
      if (selection.kind === Kind.FIELD) return true;
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      return fragment !== undefined && below(fragment.selectionSet, fragment.typeCondition?.name.value);
    });
  /** Whether an object for which the condition holds is asked for something. */
  const isSure: Below = (set, condition) =>
    hasField(set, (below, own = condition) => own === condition && isSure(below, condition));
  /** Validation sees to it that a fragment fits some object of its field: one deep is enough. */
  const mayAskNothing = (set: SelectionSetNode): boolean => !hasField(set, isSure);
  let isAnySuch = false;
  visit(document, {
    [Kind.FIELD]: ({ selectionSet }: FieldNode) => {
      isAnySuch = selectionSet !== undefined && mayAskNothing(selectionSet);
      return isAnySuch ? BREAK : undefined;
    },
  });
  // To know the types takes longer than all the rest, and of few operations it is needed.
  if (!isAnySuch) return document;
  const types = new TypeInfo(schema);
  const withType = (field: FieldNode): FieldNode | undefined => {
    const { selectionSet } = field;
    if (selectionSet === undefined || !mayAskNothing(selectionSet)) return undefined;
    const type = getNamedType(types.getType());
    // Of an object type it is known what is asked: asking for more would change what the client gets as its subgraph wrote it.
    if (isObjectType(type) && fieldsOf([selectionSet], type.name).size > 0) return undefined;
    const selections = [typenameField, ...selectionSet.selections];
    return { ...field, selectionSet: { ...selectionSet, selections } };
  };
  return visit(document, visitWithTypeInfo(types, { [Kind.FIELD]: withType }));
}
