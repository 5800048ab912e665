import { type DocumentNode, Kind, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';
import { namedFragments } from '../execution/named-fragments.ts';

/** What an operation asks for, with its fragments counted wherever they are spread. */
export interface OperationShape {
  readonly depth: number;
  /** Depth below `__schema` and `__type`, which standard tools nest deeper than anybody nests data. */
  readonly introspectionDepth: number;
  readonly fields: number;
  readonly aliases: number;
  readonly directives: number;
  readonly rootFields: number;
  /** The most times one response key stands in one selection set: validation compares each with each. */
  readonly repeats: number;
}

interface Counts {
  depth: number;
  introspectionDepth: number;
  fields: number;
  aliases: number;
  directives: number;
  rootFields: number;
  repeats: number;
  /** How often each response key stands at the top of this selection. */
  readonly keys: Map<string, number>;
}

/**
 * Measures an operation in time proportional to its text: each fragment is measured once, so that fragments which spread
 * fragments cannot make the measuring exponential. A fragment that contains itself counts as empty (validation names it).
 */
export function operationShape(document: DocumentNode, operation: OperationDefinitionNode): OperationShape {
  const fragments = namedFragments(document);
  const measured = new Map<string, Counts>();
  const fragment = (name: string): Counts => {
    const known = measured.get(name);
    if (known !== undefined) return known;
    const definition = fragments.get(name);
    measured.set(name, empty());
    const counts = definition === undefined ? empty() : selection(definition.selectionSet);
    measured.set(name, counts);
    return counts;
  };
  const selection = (set: SelectionSetNode): Counts => {
    const sum = empty();
    for (const node of set.selections) {
      sum.directives += node.directives?.length ?? 0;
      if (node.kind === Kind.FRAGMENT_SPREAD) add(sum, fragment(node.name.value));
      else if (node.kind === Kind.INLINE_FRAGMENT) add(sum, selection(node.selectionSet));
      else {
        const inner = node.selectionSet === undefined ? empty() : selection(node.selectionSet);
        const introspects = node.name.value === '__schema' || node.name.value === '__type';
        add(sum, {
          ...inner,
          depth: introspects ? 1 : inner.depth + 1,
          introspectionDepth: introspects ? inner.depth + 1 : inner.introspectionDepth,
          fields: inner.fields + 1,
          aliases: inner.aliases + (node.alias === undefined ? 0 : 1),
          rootFields: 1,
          keys: new Map([[node.alias?.value ?? node.name.value, 1]]),
        });
      }
    }
    return sum;
  };
  const counts = selection(operation.selectionSet);
  counts.directives += operation.directives?.length ?? 0;
  return counts;
}

function empty(): Counts {
  return {
    depth: 0,
    introspectionDepth: 0,
    fields: 0,
    aliases: 0,
    directives: 0,
    rootFields: 0,
    repeats: 0,
    keys: new Map(),
  };
}

function add(sum: Counts, more: Counts): void {
  sum.depth = Math.max(sum.depth, more.depth);
  sum.introspectionDepth = Math.max(sum.introspectionDepth, more.introspectionDepth);
  sum.fields += more.fields;
  sum.aliases += more.aliases;
  sum.directives += more.directives;
  sum.rootFields += more.rootFields;
  sum.repeats = Math.max(sum.repeats, more.repeats);
  for (const [key, count] of more.keys) {
    const together = (sum.keys.get(key) ?? 0) + count;
    sum.keys.set(key, together);
    sum.repeats = Math.max(sum.repeats, together);
  }
}
