import { type DocumentNode, Kind, type SelectionSetNode } from 'graphql';
import { namedFragments } from '../execution/named-fragments.ts';

/** How many selections a document has, with what it spreads written where it stands. Parts that stand in several places are counted in each, and walked once. */
export function writtenSelections(document: DocumentNode): number {
  const fragments = namedFragments(document);
  const known = new Map<SelectionSetNode, number>();
  const inSet = (set: SelectionSetNode | undefined): number => {
    if (set === undefined) return 0;
    let count = known.get(set);
    if (count !== undefined) return count;
    count = set.selections.length;
    for (const selection of set.selections)
      count += inSet(
        selection.kind === Kind.FRAGMENT_SPREAD
          ? fragments.get(selection.name.value)?.selectionSet
          : selection.selectionSet,
      );
    known.set(set, count);
    return count;
  };
  return document.definitions.reduce(
    (count, definition) =>
      definition.kind === Kind.OPERATION_DEFINITION ? count + inSet(definition.selectionSet) : count,
    0,
  );
}
