import { name } from './embedded-sql.ts';

/** What the values of a place in JSON Lines are: a type of DuckDB (`JSON` for those of several kinds), a list, or an object by its keys, in their order. */
export type JsonShape = string | readonly [JsonShape] | ReadonlyMap<string, JsonShape>;

/** The shape of objects with more keys in all than `mostKeys`, or of rows with more than `mostColumns`. */
export const map = 'MAP';

export const eachItem = Symbol('each item of a list');

/** A number within a value, and how it is reached. */
export interface NumberPlace {
  readonly steps: readonly (string | typeof eachItem)[];
  readonly isWhole: boolean;
}

/** With more keys an object is a map, such as one by ids: a structure would have a field for each of them in each row. As many as in DuckDB's own look. */
export const mostKeys = 200;
/** With more keys rows are a map: what a table costs grows with its columns, and a few kilobytes of rows by ids have thousands. */
export const mostColumns = 2_000;
const mostDepth = 50;

const wholeTypes: ReadonlySet<string> = new Set(['BIGINT', 'UBIGINT', 'HUGEINT']);

const isWhole = (shape: JsonShape): boolean => typeof shape === 'string' && wholeTypes.has(shape);

const isList = (shape: JsonShape): shape is readonly [JsonShape] => Array.isArray(shape);

/** Whether a value can be one with fields: names that SQL tells apart, and not too many. */
export function isStructured(shape: JsonShape, depth = 0): boolean {
  if (typeof shape === 'string') return shape !== map;
  if (depth === mostDepth) return false;
  if (isList(shape)) return isStructured(shape[0], depth + 1);
  return (
    shape.size <= mostKeys &&
    !shape.has('__proto__') && // The binding has the fields of a value in a plain object.
    areToldApart([...shape.keys()]) &&
    [...shape.values()].every((inner) => isStructured(inner, depth + 1))
  );
}

/** Whether keys can be names as they are: letter case does not count in SQL. */
function areToldApart(keys: readonly string[]): boolean {
  return keys.every(canBeName) && new Set(keys.map((key) => key.toLowerCase())).size === keys.length;
}

/** SQL has no empty name, and none with U+0000. */
const canBeName = (key: string): boolean => key !== '' && !key.includes('\0');

/** A shape as DuckDB writes it, which is JSON. Keys that are whole numbers stay in their place, which those of a plain object do not. */
export function parsedShape(text: string): JsonShape {
  const marked = text.replaceAll(/"((?:[^"\\]|\\.)*)"(:?)/g, (all, key: string, colon: string) =>
    colon === '' ? all : `"=${key}":`,
  );
  return unmarked(JSON.parse(marked) as Marked);
}

type Marked = string | readonly [Marked] | { readonly [key: string]: Marked };

function unmarked(shape: Marked): JsonShape {
  if (typeof shape === 'string') return shape;
  if (isMarkedList(shape)) return [unmarked(shape[0])];
  return new Map(Object.entries(shape).map(([key, values]) => [key.slice(1), unmarked(values)]));
}

const isMarkedList = (shape: Marked): shape is readonly [Marked] => Array.isArray(shape);

/** Where the numbers are in a value of this shape. */
export function numberPlaces(shape: JsonShape): readonly NumberPlace[] {
  if (typeof shape === 'string')
    return isWhole(shape) || shape === 'DOUBLE' ? [{ steps: [], isWhole: isWhole(shape) }] : [];
  const inner: readonly (readonly [NumberPlace['steps'][number], JsonShape])[] = isList(shape)
    ? [[eachItem, shape[0]]]
    : [...shape];
  return inner.flatMap(([step, values]) =>
    numberPlaces(values).map((place) => ({ ...place, steps: [step, ...place.steps] })),
  );
}

/**
 * DuckDB's type for a shape; its numbers are of these types, in the order of their places. A column of several kinds is text. Within a value such a place is JSON: as texts its numbers, lists
 * and objects would be others than they are in the file.
 */
export function duckType(
  shape: JsonShape,
  numbers: Iterator<string, unknown>,
  ofSeveral = 'VARCHAR',
): string {
  if (typeof shape === 'string') {
    if (isWhole(shape) || shape === 'DOUBLE') return String(numbers.next().value);
    if (shape === 'JSON') return ofSeveral;
    return shape === 'BOOLEAN' ? shape : 'VARCHAR';
  }
  if (isList(shape)) return `${duckType(shape[0], numbers, 'JSON')}[]`;
  const fields = [...shape].map(([key, values]) => `${name(key)} ${duckType(values, numbers, 'JSON')}`);
  return `STRUCT(${fields.join(', ')})`;
}
