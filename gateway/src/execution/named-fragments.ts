import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type InlineFragmentNode,
  Kind,
  visit,
} from 'graphql';

/** The fragments of a document, by the names they are spread under. */
export function namedFragments({ definitions }: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  return fragments;
}

/** The same text with what is spread written where it stands. Planners name what they ask in several places. */
export function withoutSpreads(document: DocumentNode): DocumentNode {
  const fragments = namedFragments(document);
  if (fragments.size === 0) return document;
  const written: DocumentNode = visit(document, {
    // What is entered in its stead is visited in turn.
    [Kind.FRAGMENT_SPREAD]: ({ name, directives = [] }): InlineFragmentNode | null => {
      const fragment = fragments.get(name.value);
      if (fragment === undefined) return null;
      const { typeCondition, selectionSet } = fragment;
      return { kind: Kind.INLINE_FRAGMENT, typeCondition, selectionSet, directives };
    },
  });
  return {
    ...written,
    definitions: written.definitions.filter(({ kind }) => kind !== Kind.FRAGMENT_DEFINITION),
  };
}
