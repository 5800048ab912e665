/** What the values of a place in JSON Lines are: a type of DuckDB (`JSON` for those of several kinds), a list, or an object by its keys. */
export type JsonShape = string | readonly [JsonShape] | { readonly [key: string]: JsonShape };

/** The shape of objects with more keys than `mostKeys` in all. */
export const map = 'MAP';

export const eachItem = Symbol('each item of a list');

/** A number within a value, and how it is reached. */
export interface NumberPlace {
  readonly steps: readonly (string | typeof eachItem)[];
  readonly isWhole: boolean;
}

/** With more keys an object is a map, such as one by ids: a structure would have a field for each of them in each row. */
export const mostKeys = 1_000;
const mostDepth = 50;

const wholeTypes: ReadonlySet<string> = new Set(['BIGINT', 'UBIGINT', 'HUGEINT']);

const isWhole = (shape: JsonShape): boolean => typeof shape === 'string' && wholeTypes.has(shape);

const isList = (shape: JsonShape): shape is readonly [JsonShape] => Array.isArray(shape);

/** Whether a value can be one with fields: names that SQL tells apart, and not too many. */
export function isStructured(shape: JsonShape, depth = 0): boolean {
  if (typeof shape === 'string') return shape !== map;
  if (depth === mostDepth) return false;
  if (isList(shape)) return isStructured(shape[0], depth + 1);
  const keys = Object.keys(shape);
  return (
    keys.length <= mostKeys &&
    areToldApart(keys) &&
    Object.values(shape).every((inner) => isStructured(inner, depth + 1))
  );
}

/** Whether keys can be names as they are: none is empty, and letter case does not count in SQL. */
export function areToldApart(keys: readonly string[]): boolean {
  return !keys.includes('') && new Set(keys.map((key) => key.toLowerCase())).size === keys.length;
}

/** Where the numbers are in a value of this shape. */
export function numberPlaces(shape: JsonShape): readonly NumberPlace[] {
  if (typeof shape === 'string')
    return isWhole(shape) || shape === 'DOUBLE' ? [{ steps: [], isWhole: isWhole(shape) }] : [];
  const inner: readonly (readonly [NumberPlace['steps'][number], JsonShape])[] = isList(shape)
    ? [[eachItem, shape[0]]]
    : Object.entries(shape);
  return inner.flatMap(([step, values]) =>
    numberPlaces(values).map((place) => ({ ...place, steps: [step, ...place.steps] })),
  );
}

/** DuckDB's type for a shape; its numbers are of these types, in the order of their places. What is of several kinds is text. */
export function duckType(shape: JsonShape, numbers: Iterator<string, unknown>): string {
  if (typeof shape === 'string') {
    if (isWhole(shape) || shape === 'DOUBLE') return String(numbers.next().value);
    return shape === 'BOOLEAN' ? shape : 'VARCHAR';
  }
  if (isList(shape)) return `${duckType(shape[0], numbers)}[]`;
  const fields = Object.entries(shape).map(
    ([key, values]) => `"${key.replaceAll('"', '""')}" ${duckType(values, numbers)}`,
  );
  return `STRUCT(${fields.join(', ')})`;
}
