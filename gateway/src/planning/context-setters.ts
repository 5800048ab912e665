import { CodedError } from '@tributary/runtime/errors';
import {
  type DocumentNode,
  doTypesOverlap,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { contextFields } from './context-fields.ts';
import { contextsByType } from './contexts-by-type.ts';
import { neededTakers, requiredFields } from './needed-takers.ts';
import { openTakers } from './open-takers.ts';
import { writtenSelections } from './written-selections.ts';

/**
 * Writes an operation so that whoever sets a context is named on the way to whoever takes it, and is asked for what that reads.
 * @throws CodedError OPERATION_TOO_COMPLEX where that is too much
 */
export type NameSetters = (document: DocumentNode) => DocumentNode;

/** More than an operation has itself: of types that do not all set a context there may be as many at each level. Apollo's planner takes about a millisecond for each. */
const mostSelections = 5_000;

/**
 * What Apollo's planner has to be helped with. It looks for a context at the types that an operation names, and where that is an interface or a union, not at
 * the types of the objects there: it finds none, or one further up. So fields with something below that takes a context are asked for type by type, where
 * the types differ in what they set. And of several values below one field of a context it asks for the first alone; so the operation asks for all. What a value requires
 * it brings where an operation asks for the value, and not where a field takes it that is only required; so the operation asks for that as well.
 */
export function nameSetters(apiSchema: GraphQLSchema, supergraphSchema: GraphQLSchema): NameSetters {
  const takers = contextFields(supergraphSchema);
  if (takers.size === 0) return (document) => document;
  const neededFor = neededTakers(takers, requiredFields(supergraphSchema));
  const setBy = contextsByType(supergraphSchema);
  /** The types of objects where those of an abstract type set more than it does of what is taken. */
  const typesToName = (parent: GraphQLNamedType, taking: ReadonlySet<string>): readonly string[] => {
    if (!isAbstractType(parent)) return [];
    const set = setBy(parent.name);
    const types = apiSchema.getPossibleTypes(parent).map(({ name }) => name);
    const contexts = [...taking].flatMap((name) => takers.get(name) ?? []).map(({ context }) => context);
    const isOfSome = contexts.some(
      (context) => !set.has(context) && types.some((name) => setBy(name).has(context)),
    );
    return isOfSome ? types : [];
  };
  const readAt = (type: string, taking: ReadonlySet<string>): readonly SelectionNode[] =>
    [...taking]
      .flatMap((name) => takers.get(name) ?? [])
      .filter(({ context }) => setBy(type).has(context))
      .flatMap(({ selections }) => selections)
      .filter((selection) => isSelectable(selection, type, supergraphSchema));
  return (document) => {
    const takersBelow = openTakers(document, { apiSchema, takers, neededFor, setBy });
    const info = new TypeInfo(apiSchema);
    const named = (set: SelectionSetNode): SelectionSetNode | undefined => {
      const parent = info.getParentType();
      if (!isCompositeType(parent)) return undefined;
      const below = set.selections.map((selection) =>
        selection.kind === Kind.FIELD ? takersBelow(selection, parent) : [],
      );
      const taking = new Set(below.flat());
      if (taking.size === 0) return undefined;
      const types = typesToName(parent, taking);
      if (types.length === 0)
        return { ...set, selections: [...set.selections, ...readAt(parent.name, taking)] };
      const leading = set.selections.filter((_, at) => below[at]?.length !== 0);
      const others = set.selections.filter((_, at) => below[at]?.length === 0);
      return {
        ...set,
        selections: [...others, ...types.map((type) => onType(type, [...leading, ...readAt(type, taking)]))],
      };
    };
    const written = visit(document, visitWithTypeInfo(info, { [Kind.SELECTION_SET]: { leave: named } }));
    if (written !== document && writtenSelections(written) - writtenSelections(document) > mostSelections)
      throw new CodedError(
        'OPERATION_TOO_COMPLEX',
        'Written out for each type of object that sets a context, the operation is too large.',
        { details: { limit: mostSelections } },
      );
    return written;
  };
}

function onType(type: string, selections: readonly SelectionNode[]): SelectionNode {
  return {
    kind: Kind.INLINE_FRAGMENT,
    typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type } },
    selectionSet: { kind: Kind.SELECTION_SET, selections },
  };
}

/** Whether objects of the type may be asked for it: not for what is of other types. */
function isSelectable(selection: SelectionNode, typeName: string, schema: GraphQLSchema): boolean {
  const type = schema.getType(typeName);
  if (!isCompositeType(type)) return false;
  if (selection.kind === Kind.FIELD) {
    const field = 'getFields' in type ? type.getFields()[selection.name.value] : undefined;
    const below = selection.selectionSet?.selections ?? [];
    return (
      field !== undefined && below.every((each) => isSelectable(each, getNamedType(field.type).name, schema))
    );
  }
  if (selection.kind !== Kind.INLINE_FRAGMENT) return false;
  const on =
    selection.typeCondition === undefined ? type : schema.getType(selection.typeCondition.name.value);
  return (
    isCompositeType(on) &&
    doTypesOverlap(schema, on, type) &&
    selection.selectionSet.selections.every((each) => isSelectable(each, on.name, schema))
  );
}
