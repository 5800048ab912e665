import { type GraphQLResolveInfo, Kind, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';

const known = new WeakMap<OperationDefinitionNode, ReadonlySet<string>>();

/**
 * The names of all fields an operation mentions anywhere. Stores read only these columns, and since the set is one for the whole
 * operation, all loads of a model share a statement and a cache. Parsed operations are kept by the kit, so this is worked out once.
 */
export function mentionedFields(
  info: Pick<GraphQLResolveInfo, 'operation' | 'fragments'>,
): ReadonlySet<string> {
  const before = known.get(info.operation);
  if (before !== undefined) return before;
  const names = new Set<string>();
  collect(info.operation.selectionSet, names);
  for (const fragment of Object.values(info.fragments)) collect(fragment.selectionSet, names);
  known.set(info.operation, names);
  return names;
}

function collect({ selections }: SelectionSetNode, names: Set<string>): void {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) names.add(selection.name.value);
    if (selection.kind !== Kind.FRAGMENT_SPREAD && selection.selectionSet !== undefined)
      collect(selection.selectionSet, names);
  }
}
