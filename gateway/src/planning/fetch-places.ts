import { Kind, OperationTypeNode, parse, type SelectionSetNode } from 'graphql';
import { namedFragments } from '../execution/named-fragments.ts';
import type { EntityFetch, PlanPath, Requirement, Rewriting, RootFetch } from './plan.ts';

/**
 * Places of the answer, by the response keys that lead there. Lists and the types of objects are left out, so that two places may be taken for one, and never one
 * for two.
 */
export interface FetchPlaces {
  readonly isMutation: boolean;
  /** Where it brings something, with all places on the way from the objects it begins at. */
  readonly brought: ReadonlySet<string>;
  /** What has to be there before: the objects it begins at, and what it tells of them. */
  readonly read: ReadonlySet<string>;
  /** For each of its arguments from context, where the value may stand. */
  readonly contexts: readonly (readonly string[])[];
}

export function fetchPlaces(fetch: RootFetch | EntityFetch): FetchPlaces {
  const document = parse(fetch.operation, { noLocation: true });
  const fragments = namedFragments(document);
  const brought = new Set<string>();
  const read = new Set<string>();
  const bring = (
    { selections }: SelectionSetNode,
    at: readonly string[],
    rewrites: readonly Rewriting[],
  ): void => {
    for (const selection of selections) {
      if (selection.kind !== Kind.FIELD) {
        const isSpread = selection.kind === Kind.FRAGMENT_SPREAD;
        const below = isSpread ? fragments.get(selection.name.value)?.selectionSet : selection.selectionSet;
        if (below !== undefined) bring(below, at, rewrites);
        continue;
      }
      const key = selection.alias?.value ?? selection.name.value;
      for (const name of [key, ...otherNames(key, rewrites)]) {
        brought.add(placeOf([...at, name]));
        if (selection.selectionSet !== undefined) bring(selection.selectionSet, [...at, name], rewrites);
      }
    }
  };
  const readBelow = (requires: readonly Requirement[], at: readonly string[]): void => {
    for (const each of requires) {
      const place = each.kind === 'field' ? [...at, each.from] : at;
      if (each.kind === 'field') read.add(placeOf(place));
      readBelow(each.below, place);
    }
  };
  const beginAt = (path: PlanPath): readonly string[] => {
    const keys: string[] = [];
    for (const step of path) {
      if (step === '@') continue;
      // Of which type an object is has to be known where its place names types.
      if (typeof step === 'string') keys.push(step);
      read.add(placeOf(typeof step === 'string' ? keys : [...keys, '__typename']));
    }
    return keys;
  };
  const operation = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new TypeError('a fetch without an operation');
  const isMutation = operation.operation === OperationTypeNode.MUTATION;
  if (fetch.kind === 'root') {
    bring(operation.selectionSet, beginAt(fetch.path), fetch.outputRewrites);
    return { isMutation, brought, read, contexts: [] };
  }
  const places = fetch.groups.flatMap((group) => group.paths.map((path) => ({ group, keys: beginAt(path) })));
  for (const { group, keys } of places) {
    readBelow(group.requires, keys);
    for (const field of operation.selectionSet.selections)
      if (
        field.kind === Kind.FIELD &&
        (field.alias ?? field.name).value === group.key &&
        field.selectionSet !== undefined
      )
        bring(field.selectionSet, keys, group.outputRewrites);
  }
  const contexts = fetch.context.map(({ sources }) =>
    sources.flatMap(({ levels, path }) =>
      places.map(({ keys }) => placeOf([...keys.slice(0, keys.length - levels), ...keysOf(path)])),
    ),
  );
  return { isMutation, brought, read, contexts };
}

function keysOf(path: PlanPath): readonly string[] {
  return path.filter((step) => typeof step === 'string').filter((step) => step !== '@');
}

/** Names have no dots. */
function placeOf(keys: readonly string[]): string {
  return keys.join('.');
}

/** What a key may be called in the answer, wherever it stands. */
function otherNames(key: string, rewrites: readonly Rewriting[]): readonly string[] {
  return rewrites.flatMap((rewrite) =>
    rewrite.kind === 'rename' && rewrite.key === key ? [rewrite.to] : [],
  );
}
