import { Kind, parse, type SelectionSetNode } from 'graphql';
import type { FetchAnswer } from './compiled/subgraph-fetch.ts';
import { withoutSpreads } from './named-fragments.ts';

const pathLimit = 20;

/** The answer of a fetch that brought nothing: its fields are null, with one error each. */
export function failedAnswer(
  query: string,
  message: string,
  extensions: Readonly<Record<string, unknown>>,
): FetchAnswer {
  const errors = failedFields(query).map((path) => ({ message, path, extensions }));
  return { data: null, errors, isUnanswered: true };
}

/**
 * Paths of the fields that a failed fetch leaves null, in the terms of the fetch's own answer: its root fields, or for an entity fetch
 * the fields of the first entity, which stands for the first at each place of the plan (one error for each of a thousand entities says nothing more).
 */
function failedFields(fetchText: string): readonly (string | number)[][] {
  const document = withoutSpreads(parse(fetchText, { noLocation: true }));
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const paths: (string | number)[][] = [];
    for (const selection of definition.selectionSet.selections) {
      if (selection.kind !== Kind.FIELD) continue;
      const key = selection.alias?.value ?? selection.name.value;
      if (selection.name.value !== '_entities') paths.push([key]);
      else for (const field of entityFields(selection.selectionSet)) paths.push([key, 0, field]);
    }
    return paths.slice(0, pathLimit);
  }
  return [];
}

function entityFields(selectionSet: SelectionSetNode | undefined): readonly string[] {
  const names = (selectionSet?.selections ?? []).flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection.alias?.value ?? selection.name.value];
    return selection.kind === Kind.INLINE_FRAGMENT ? entityFields(selection.selectionSet) : [];
  });
  return [...new Set(names)].filter((name) => name !== '__typename');
}
