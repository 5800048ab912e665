import { type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql';

/**
 * The fields that a fetch asks of entities, by their type, conditional ones among them: what is skipped after all was got ready for nothing, and is not
 * missed where it is asked.
 */
export function askedFields({
  fieldNodes,
  fragments,
}: Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments'>): ReadonlyMap<string, ReadonlySet<string>> {
  const asked = new Map<string, Set<string>>();
  const collect = ({ selections }: SelectionSetNode, typeName: string): void => {
    for (const node of selections) {
      if (node.kind === Kind.FIELD) {
        const names = asked.get(typeName) ?? new Set<string>();
        asked.set(typeName, names.add(node.name.value));
        continue;
      }
      const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragments[node.name.value] : node;
      if (fragment !== undefined)
        collect(fragment.selectionSet, fragment.typeCondition?.name.value ?? typeName);
    }
  };
  for (const { selectionSet } of fieldNodes) if (selectionSet !== undefined) collect(selectionSet, '');
  return asked;
}
