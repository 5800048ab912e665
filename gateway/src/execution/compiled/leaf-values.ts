import { type GraphQLLeafType, isEnumType } from 'graphql';

/** What stands in for a leaf that is none: distinct from every JSON value. */
export const notALeaf: unique symbol = Symbol('not a leaf');

/** Checks and settles one leaf as a subgraph sent it; `notALeaf` when the schema does not allow it. */
export type LeafReader = (value: unknown) => unknown;

/**
 * Subgraphs have serialised their leaves; what is left to do is to hold them to the graph's own schema, in which an enum may have fewer
 * values than a subgraph knows (GraphQL §3.5: result coercion).
 */
export function leafReader(type: GraphQLLeafType): LeafReader {
  if (isEnumType(type)) {
    const names = new Set(type.getValues().map(({ name }) => name));
    return (value) => (names.has(value as string) ? value : notALeaf);
  }
  return builtIn.get(type.name) ?? ((value) => value);
}

const maxInt = 2 ** 31;

const builtIn: ReadonlyMap<string, LeafReader> = new Map<string, LeafReader>([
  ['String', (value) => (typeof value === 'string' ? value : notALeaf)],
  ['Boolean', (value) => (typeof value === 'boolean' ? value : notALeaf)],
  ['Float', (value) => (typeof value === 'number' && Number.isFinite(value) ? value : notALeaf)],
  [
    'Int',
    (value) =>
      typeof value === 'number' && Number.isInteger(value) && value >= -maxInt && value < maxInt
        ? value
        : notALeaf,
  ],
  [
    'ID',
    (value) => {
      if (typeof value === 'string') return value;
      return typeof value === 'number' && Number.isInteger(value) ? String(value) : notALeaf;
    },
  ],
]);
