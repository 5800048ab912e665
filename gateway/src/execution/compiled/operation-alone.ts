import { type DocumentNode, Kind, type OperationDefinitionNode, visit } from 'graphql';
import { namedFragments } from '../named-fragments.ts';

/** An operation with the fragments it spreads, and nothing else of its document. */
export function operationAlone(document: DocumentNode, operation: OperationDefinitionNode): DocumentNode {
  const fragments = namedFragments(document);
  const spread = new Set<string>();
  const waiting: DocumentNode['definitions'][number][] = [operation];
  for (const definition of waiting)
    visit(definition, {
      [Kind.FRAGMENT_SPREAD]: ({ name: { value } }) => {
        const fragment = fragments.get(value);
        if (fragment === undefined || spread.has(value)) return;
        spread.add(value);
        waiting.push(fragment);
      },
    });
  const definitions = document.definitions.filter(
    (definition) =>
      definition === operation ||
      (definition.kind === Kind.FRAGMENT_DEFINITION && spread.has(definition.name.value)),
  );
  return { kind: Kind.DOCUMENT, definitions };
}

/** The same without places: each of them holds all tokens of the text it is from. */
export function withoutPlaces(document: DocumentNode): DocumentNode {
  return visit(document, { enter: ({ loc: _loc, ...node }) => node });
}
