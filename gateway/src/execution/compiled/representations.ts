import type { Requirement } from '../../planning/plan.ts';
import { isJsonObject, type JsonObject, readOwn, writeOwn } from './own-keys.ts';
import type { TypeCondition } from './type-conditions.ts';

interface KeyField {
  readonly from: string;
  readonly to: string;
  /** Reads what lies below an object; undefined for leaves. */
  readonly below: RepresentationReader | undefined;
}

/** Reads from an object of the answer what a subgraph needs to find the same entity; undefined when part of it is missing. */
export type RepresentationReader = (entity: JsonObject) => JsonObject | undefined;

/** Compiles a fetch's `requires`. Which of its fragments apply is decided once per type name, not once per entity. */
export function compileRepresentation(
  selections: readonly Requirement[],
  applies: TypeCondition,
): RepresentationReader {
  const plain = fieldsFor(selections, undefined, applies);
  const byTypename = new Map<string, readonly KeyField[]>();
  return (entity) => {
    const typename = entity['__typename'];
    if (typeof typename !== 'string') return read(entity, plain);
    let fields = byTypename.get(typename);
    if (fields === undefined) {
      fields = fieldsFor(selections, typename, applies);
      // A subgraph that makes up type names must not fill the memory.
      if (byTypename.size < 1_000) byTypename.set(typename, fields);
    }
    return fields.length === 0 ? undefined : read(entity, fields);
  };
}

function read(entity: JsonObject, fields: readonly KeyField[]): JsonObject | undefined {
  const representation: JsonObject = {};
  for (const { from, to, below } of fields) {
    const value = readOwn(entity, from);
    if (value === undefined) return undefined;
    writeOwn(representation, to, below === undefined ? value : readBelow(value, below));
  }
  return representation;
}

function readBelow(value: unknown, below: RepresentationReader): unknown {
  if (Array.isArray(value)) return value.map((element) => readBelow(element, below));
  return isJsonObject(value) ? (below(value) ?? null) : value;
}

function fieldsFor(
  selections: readonly Requirement[],
  typename: string | undefined,
  applies: TypeCondition,
): readonly KeyField[] {
  const found = new Map<string, { readonly from: string; readonly below: Requirement[] }>();
  const collect = (nodes: readonly Requirement[]): void => {
    for (const node of nodes) {
      if (node.kind === 'field') {
        const field = found.get(node.to) ?? { from: node.from, below: [] };
        field.below.push(...node.below);
        found.set(node.to, field);
      } else if (node.on === undefined) collect(node.below);
      else if (typename !== undefined && applies(node.on, typename)) collect(node.below);
    }
  };
  collect(selections);
  return [...found].map(([to, { from, below }]) => ({
    from,
    to,
    below: below.length === 0 ? undefined : compileRepresentation(below, applies),
  }));
}

/** Distinct representations, and for each the entities it stands for. */
export interface Representations {
  readonly distinct: readonly JsonObject[];
  /** Indices of the given entities, by index of `distinct`. */
  readonly entities: readonly (readonly number[])[];
}

/** Fifty flights to one airport ask for that airport once. Entities without a whole representation are left out. */
export function representationsOf(
  entities: readonly JsonObject[],
  reader: RepresentationReader,
  rewrite: ((data: unknown) => void) | undefined,
): Representations {
  const distinct: JsonObject[] = [];
  const found: number[][] = [];
  const known = new Map<string, number[]>();
  for (let index = 0; index < entities.length; index += 1) {
    const representation = reader(entities[index] as JsonObject);
    if (typeof representation?.['__typename'] !== 'string') continue;
    rewrite?.(representation);
    const key = JSON.stringify(representation);
    const same = known.get(key);
    if (same === undefined) {
      const first = [index];
      known.set(key, first);
      found.push(first);
      distinct.push(representation);
    } else same.push(index);
  }
  return { distinct, entities: found };
}
