import { type JsonShape, map, mostColumns, mostKeys } from './json-shape.ts';

type Merged = string | { item: Merged } | Map<string, Merged>;

const wholeNumber = 'HUGEINT';
const numbers: ReadonlySet<string> = new Set(['BIGINT', 'UBIGINT', wholeNumber, 'DOUBLE']);

/**
 * The shapes of rows, as DuckDB's `json_structure` tells them, as one of all. Its own `json_group_structure` gathers the text of all rows first, which the memory of a query does not hold.
 */
export class MergedShape {
  readonly #tellsEmpty: boolean;
  #merged: Merged = 'NULL';
  #isUnclear = false;

  /** Of a single row an object without keys is told as values of several kinds are (`JSON`), unless it was merged with one that has keys. */
  constructor({ tellsEmpty }: { readonly tellsEmpty: boolean }) {
    this.#tellsEmpty = tellsEmpty;
  }

  add(shape: JsonShape): void {
    this.#merged = this.#merge(this.#merged, mergeable(shape), 0);
  }

  get shape(): JsonShape {
    return shapeOf(this.#merged);
  }

  /** Whether something that may have been an object without keys was met where others have keys. */
  get isUnclear(): boolean {
    return this.#isUnclear;
  }

  /** Takes what it can of the first. */
  #merge(one: Merged, other: Merged, depth: number): Merged {
    if (one === 'NULL' || one === other) return other;
    if (other === 'NULL') return one;
    if (isObject(one) && isObject(other)) return this.#mergeObjects(one, other, depth);
    if (isList(one) && isList(other)) {
      one.item = this.#merge(one.item, other.item, depth + 1);
      return one;
    }
    if (typeof one === 'string' && typeof other === 'string' && numbers.has(one) && numbers.has(other))
      return one === 'DOUBLE' || other === 'DOUBLE' ? 'DOUBLE' : wholeNumber;
    const keyed = isObject(one) ? one : other;
    if (this.#tellsEmpty || !isObject(keyed) || (one !== 'JSON' && other !== 'JSON')) return 'JSON';
    this.#isUnclear = true;
    return keyed;
  }

  #mergeObjects(one: Merged, other: Merged, depth: number): Merged {
    if (!(one instanceof Map) || !(other instanceof Map)) return map;
    for (const [key, value] of other) one.set(key, this.#merge(one.get(key) ?? 'NULL', value, depth + 1));
    return one.size > (depth === 0 ? mostColumns : mostKeys) ? map : one;
  }
}

/** Values that have the objects and lists of a shape, and nothing in them: beside one an object without keys is told as an object. */
export function outline(shape: JsonShape): unknown {
  if (shape === map) return { '': null };
  if (typeof shape === 'string') return null;
  if (isArray(shape)) return [outline(shape[0])];
  return Object.fromEntries([...shape].map(([key, values]) => [key, outline(values)]));
}

/** The same as a shape. */
export function outlined(shape: JsonShape): JsonShape {
  if (typeof shape === 'string') return shape === map ? map : 'NULL';
  if (isArray(shape)) return [outlined(shape[0])];
  return new Map([...shape].map(([key, values]) => [key, outlined(values)]));
}

const isArray = (shape: JsonShape): shape is readonly [JsonShape] => Array.isArray(shape);
const isObject = (merged: Merged): boolean => merged === map || merged instanceof Map;
const isList = (merged: Merged): merged is { item: Merged } =>
  typeof merged === 'object' && !(merged instanceof Map);

function mergeable(shape: JsonShape): Merged {
  if (typeof shape === 'string') return shape;
  if (isArray(shape)) return { item: mergeable(shape[0]) };
  return new Map([...shape].map(([key, values]) => [key, mergeable(values)]));
}

function shapeOf(merged: Merged): JsonShape {
  if (typeof merged === 'string') return merged;
  if (isList(merged)) return [shapeOf(merged.item)];
  return new Map([...merged].map(([key, values]) => [key, shapeOf(values)]));
}
