import {
  type FieldNode,
  type FragmentSpreadNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  type VariableDefinitionNode,
  visit,
} from 'graphql';
import type { EntityFetch, EntityGroup, Requirement } from './plan.ts';

/** A look-up as planners write it, read. */
export interface ReadLookUp {
  readonly operation: OperationDefinitionNode;
  readonly field: FieldNode;
  readonly selectionSet: SelectionSetNode;
  readonly group: EntityGroup;
}

/** @throws TypeError for what is written otherwise */
export function readLookUp({ operation: text, groups: [group, ...groups] }: EntityFetch): ReadLookUp {
  const [operation, ...definitions] = parse(text, { noLocation: true }).definitions;
  const [field, ...fields] =
    operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet.selections : [];
  if (
    operation?.kind !== Kind.OPERATION_DEFINITION ||
    field?.kind !== Kind.FIELD ||
    field.selectionSet === undefined ||
    group === undefined ||
    definitions.length + fields.length + groups.length > 0
  )
    throw new TypeError('a look-up of another form than the planner writes');
  return { operation, field, selectionSet: field.selectionSet, group };
}

/** What it asks of its entities, whatever their types. */
export function fieldsOfLookUp({ selectionSet }: Pick<ReadLookUp, 'selectionSet'>): readonly FieldNode[] {
  return selectionSet.selections.flatMap((selection): readonly FieldNode[] => {
    if (selection.kind === Kind.INLINE_FRAGMENT) return fieldsOfLookUp(selection);
    return selection.kind === Kind.FIELD && selection.name.value !== '__typename' ? [selection] : [];
  });
}

/** The part of a look-up that asks for some of its fields, and is told `requires`. */
export function partOfLookUp(
  fetch: EntityFetch,
  { operation, field, selectionSet, group }: ReadLookUp,
  { fields, requires }: { readonly fields: ReadonlySet<FieldNode> } & Pick<EntityGroup, 'requires'>,
): EntityFetch {
  const isKept = (each: FieldNode | FragmentSpreadNode): boolean =>
    each.kind !== Kind.FIELD || fields.has(each);
  const kept = { ...field, selectionSet: onlyThose(selectionSet, isKept) };
  const used = variablesIn(kept);
  const asked: OperationDefinitionNode = {
    ...operation,
    variableDefinitions:
      operation.variableDefinitions?.filter(({ variable }) => used.has(variable.name.value)) ?? [],
    selectionSet: { kind: Kind.SELECTION_SET, selections: [kept] },
  };
  return {
    ...fetch,
    operation: print(asked),
    variables: fetch.variables.filter((name) => used.has(name)),
    context: fetch.context.filter(({ variable }) => used.has(variable)),
    groups: [{ ...group, requires }],
  };
}

/** A part of a set of selections. The type's name is asked for by every part. */
export function onlyThose(
  set: SelectionSetNode,
  isOwn: (selection: FieldNode | FragmentSpreadNode) => boolean,
): SelectionSetNode {
  const selections = set.selections.flatMap((selection): readonly SelectionNode[] => {
    if (selection.kind !== Kind.INLINE_FRAGMENT) {
      const isTypename = selection.kind === Kind.FIELD && selection.name.value === '__typename';
      return isTypename || isOwn(selection) ? [selection] : [];
    }
    const selectionSet = onlyThose(selection.selectionSet, isOwn);
    return selectionSet.selections.length === 0 ? [] : [{ ...selection, selectionSet }];
  });
  return { ...set, selections };
}

export function variablesIn(
  asked: FieldNode | Omit<OperationDefinitionNode, 'variableDefinitions'>,
): ReadonlySet<string> {
  const found = new Set<string>();
  visit(asked, { [Kind.VARIABLE]: ({ name }) => void found.add(name.value) });
  return found;
}

/** What is required without fields of these names, however far below; what only led to those goes with them. */
export function withoutNames(
  requires: readonly Requirement[],
  names: ReadonlySet<string>,
): readonly Requirement[] {
  if (names.size === 0) return requires;
  return requires.flatMap((requirement): readonly Requirement[] => {
    if (requirement.kind === 'field' && names.has(requirement.to)) return [];
    const below = withoutNames(requirement.below, names);
    return below.length === 0 && requirement.below.length > 0 ? [] : [{ ...requirement, below }];
  });
}

/** The same with another name for one variable. */
export function withVariable<Node extends FieldNode | VariableDefinitionNode>(
  node: Node,
  from: string,
  to: string,
): Node {
  return visit(node, {
    [Kind.VARIABLE]: (variable) =>
      variable.name.value === from ? { ...variable, name: { ...variable.name, value: to } } : undefined,
  });
}
