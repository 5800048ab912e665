import { type DocumentNode, Kind, type SelectionSetNode } from 'graphql';
import { namedFragments } from '../execution/named-fragments.ts';

/** A selection set with the inline fragments in it. */
interface FlatSet {
  /** How often each response key stands in it. */
  readonly keys: Map<string, number>;
  /** How often each fragment is spread in it. */
  readonly spreads: Map<string, number>;
  /** Of its fields. */
  readonly below: readonly SelectionSetNode[];
}

/**
 * The most times one response key stands in one selection set of a document: validation compares each with each. Fragments count wherever they are spread; one
 * that contains itself counts once (validation names it). Each set is looked at once, with every fragment in reach: to be asked of documents
 * whose fragments and fields are within the limits.
 */
export function mostRepeated(document: DocumentNode): number {
  const reader = new KeyReader(document);
  const waiting = document.definitions.flatMap((definition) =>
    'selectionSet' in definition && definition.selectionSet !== undefined ? [definition.selectionSet] : [],
  );
  let most = 0;
  for (const set of waiting) {
    const flat = flatSet(set);
    for (const count of reader.counted(flat).values()) most = Math.max(most, count);
    waiting.push(...flat.below);
  }
  return most;
}

class KeyReader {
  readonly #fragments;
  readonly #flat = new Map<string, FlatSet | undefined>();

  constructor(document: DocumentNode) {
    this.#fragments = namedFragments(document);
  }

  /** How often each key stands in a set with all it spreads. */
  counted({ keys, spreads }: FlatSet): ReadonlyMap<string, number> {
    if (spreads.size === 0) return keys;
    const counts = new Map(keys);
    const times = new Map(spreads);
    for (const name of this.#inReach(spreads)) {
      const fragment = this.#fragment(name);
      const often = times.get(name) ?? 0;
      for (const [key, count] of fragment?.keys ?? []) addTo(counts, key, often * count);
      for (const [inner, count] of fragment?.spreads ?? []) addTo(times, inner, often * count);
    }
    return counts;
  }

  /** The fragments, each behind all that spread it. */
  #inReach(spreads: ReadonlyMap<string, number>): readonly string[] {
    const seen = new Set<string>();
    const found: string[] = [];
    const visit = (name: string): void => {
      if (seen.has(name)) return;
      seen.add(name);
      for (const inner of this.#fragment(name)?.spreads.keys() ?? []) visit(inner);
      found.push(name);
    };
    for (const name of spreads.keys()) visit(name);
    return found.reverse();
  }

  #fragment(name: string): FlatSet | undefined {
    if (this.#flat.has(name)) return this.#flat.get(name);
    const definition = this.#fragments.get(name);
    const flat = definition && flatSet(definition.selectionSet);
    this.#flat.set(name, flat);
    return flat;
  }
}

function flatSet(set: SelectionSetNode): FlatSet {
  const keys = new Map<string, number>();
  const spreads = new Map<string, number>();
  const below: SelectionSetNode[] = [];
  const waiting = [set];
  for (const { selections } of waiting)
    for (const node of selections) {
      if (node.kind === Kind.INLINE_FRAGMENT) waiting.push(node.selectionSet);
      else if (node.kind === Kind.FRAGMENT_SPREAD) addTo(spreads, node.name.value, 1);
      else {
        addTo(keys, node.alias?.value ?? node.name.value, 1);
        if (node.selectionSet !== undefined) below.push(node.selectionSet);
      }
    }
  return { keys, spreads, below };
}

function addTo(counts: Map<string, number>, name: string, more: number): void {
  counts.set(name, (counts.get(name) ?? 0) + more);
}
