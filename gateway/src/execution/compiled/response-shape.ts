import { type DocumentNode, Kind, parse, type SelectionSetNode } from 'graphql';
import type { CompiledSize } from './compiled-size.ts';
import { isInherited, isJsonObject, type JsonObject, readOwn, writeOwn } from './own-keys.ts';

/** What a fetch's answer looks like: response keys, and below those of objects the keys of theirs. Types do not matter for merging. */
export interface ResponseShape {
  readonly keys: readonly ShapeKey[];
}

interface ShapeKey {
  readonly key: string;
  readonly inherited: boolean;
  /** Undefined for leaves: their values are taken whole, whatever they hold. */
  readonly below: ResponseShape | undefined;
}

/** The shapes of a fetch: of its answer, and of one entity of a list in it. Compiled once per plan. */
export interface FetchShapes {
  readonly answer: ResponseShape;
  entityOf(key: string): ResponseShape;
}

/** `renames` are the planner's own aliases, by the key that the answer has in their place once it is rewritten. `size` grows by what is made. */
export function fetchShapes(
  operationText: string,
  renames: ReadonlyMap<string, string>,
  size: CompiledSize,
): FetchShapes {
  const document = parse(operationText, { noLocation: true });
  const operation = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new TypeError('a fetch without an operation');
  const answer = new ShapeReader(document, renames, size).shapeOf([operation.selectionSet]);
  const entityOf = (wanted: string): ResponseShape =>
    answer.keys.find(({ key }) => key === wanted)?.below ?? { keys: [] };
  return { answer, entityOf };
}

class ShapeReader {
  readonly #renames: ReadonlyMap<string, string>;
  readonly #fragments: ReadonlyMap<string, SelectionSetNode>;
  readonly #size: CompiledSize;

  constructor(document: DocumentNode, renames: ReadonlyMap<string, string>, size: CompiledSize) {
    this.#renames = renames;
    this.#size = size;
    this.#fragments = new Map(
      document.definitions.flatMap((definition) =>
        definition.kind === Kind.FRAGMENT_DEFINITION
          ? [[definition.name.value, definition.selectionSet] as const]
          : [],
      ),
    );
  }

  shapeOf(sets: readonly SelectionSetNode[]): ResponseShape {
    const found = new Map<string, SelectionSetNode[]>();
    for (const set of sets) this.#collect(set, found);
    const keys = [...found].map(([key, below]) => ({
      key,
      inherited: isInherited(key),
      below: below.length === 0 ? undefined : this.shapeOf(below),
    }));
    this.#size.addShapeKeys(keys.length);
    return { keys };
  }

  #collect(set: SelectionSetNode, found: Map<string, SelectionSetNode[]>): void {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value;
        const renamed = this.#renames.get(key) ?? key;
        const below = found.get(renamed) ?? [];
        if (selection.selectionSet !== undefined) below.push(selection.selectionSet);
        found.set(renamed, below);
      } else {
        const below =
          selection.kind === Kind.INLINE_FRAGMENT
            ? selection.selectionSet
            : this.#fragments.get(selection.name.value);
        if (below !== undefined) this.#collect(below, found);
      }
    }
  }
}

/**
 * Puts `source` into `target`, key by key of the shape. An object that is not there yet is taken by reference: answers belong to the
 * operation that asked for them. Leaves are replaced and never looked into, because a subgraph in this process may still hold them.
 */
export function mergeInto(target: JsonObject, source: JsonObject, shape: ResponseShape): void {
  for (const { key, inherited, below } of shape.keys) {
    const value = inherited ? readOwn(source, key) : source[key];
    if (value === undefined) continue;
    const present = inherited ? readOwn(target, key) : target[key];
    if (below !== undefined && typeof present === 'object' && present !== null) {
      // A null of one subgraph does not undo what another said.
      if (present !== value) mergeValues(present, value, below);
      continue;
    }
    if (inherited) writeOwn(target, key, value);
    else target[key] = value;
  }
}

/** The same with objects and lists of its own; leaves stay whose they are. */
export function copied(source: JsonObject, { keys }: ResponseShape): JsonObject {
  const copy: JsonObject = {};
  for (const { key, below } of keys) {
    const value = readOwn(source, key);
    if (value !== undefined) writeOwn(copy, key, below === undefined ? value : copiedBelow(value, below));
  }
  return copy;
}

function copiedBelow(value: unknown, shape: ResponseShape): unknown {
  if (Array.isArray(value)) return value.map((element) => copiedBelow(element, shape));
  return isJsonObject(value) ? copied(value, shape) : value;
}

function mergeValues(target: unknown, source: unknown, shape: ResponseShape): void {
  if (Array.isArray(target) && Array.isArray(source)) {
    for (let index = 0; index < source.length; index += 1) {
      const present: unknown = target[index];
      if (present === undefined || present === null) target[index] = source[index];
      else mergeValues(present, source[index], shape);
    }
  } else if (isJsonObject(target) && isJsonObject(source)) mergeInto(target, source, shape);
}
