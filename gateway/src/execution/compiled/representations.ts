import type { Requirement } from '../../planning/plan.ts';
import { isInherited, isJsonObject, type JsonObject, readOwn } from './own-keys.ts';
import type { Rewrite } from './rewrites.ts';
import type { TypeCondition } from './type-conditions.ts';

/**
 * Reads from an object of the answer what a subgraph needs to find the same entity, as JSON text; null when part of it is missing, undefined when nothing is
 * asked of objects of its type. Text, because it is what tells equal ones apart and what is sent: objects would be made only to be written twice.
 */
export type RepresentationReader = (entity: JsonObject) => string | null | undefined;

/** Compiles a fetch's `requires`. Which of its fragments apply is decided once per type name, not once per entity. */
export function compileRepresentation(
  selections: readonly Requirement[],
  applies: TypeCondition,
): RepresentationReader {
  const plain = reader(selections, undefined, applies);
  const byTypename = new Map<string, RepresentationReader>();
  return (entity) => {
    const typename = entity['__typename'];
    if (typeof typename !== 'string') return plain(entity);
    let read = byTypename.get(typename);
    if (read === undefined) {
      read = reader(selections, typename, applies);
      // A subgraph that makes up type names must not fill the memory.
      if (byTypename.size < 1_000) byTypename.set(typename, read);
    }
    return read(entity);
  };
}

interface KeyField {
  readonly from: string;
  readonly inherited: boolean;
  /** What stands before the value. */
  readonly before: string;
  /** Reads what lies below an object; undefined for leaves. */
  readonly below: RepresentationReader | undefined;
}

function reader(
  selections: readonly Requirement[],
  typename: string | undefined,
  applies: TypeCondition,
): RepresentationReader {
  const fields = fieldsFor(selections, typename, applies);
  if (fields.length === 0) return typename === undefined ? () => '{}' : () => undefined;
  return (entity) => {
    let text = '';
    for (const { from, inherited, before, below } of fields) {
      const value = inherited ? readOwn(entity, from) : entity[from];
      if (value === undefined) return null;
      text += before + (below === undefined ? leafText(value) : textBelow(value, below));
    }
    return `${text}}`;
  };
}

/** What must be escaped in JSON (RFC 8259 §7), and halves of characters, which JSON.stringify escapes too. */
const needsCare = /[^ !#-[\]-\ud7ff\ue000-\uffff]/;

function leafText(value: unknown): string {
  if (typeof value === 'string') return needsCare.test(value) ? JSON.stringify(value) : `"${value}"`;
  return JSON.stringify(value) ?? 'null';
}

function textBelow(value: unknown, below: RepresentationReader): string {
  if (Array.isArray(value)) return `[${value.map((element) => textBelow(element, below)).join(',')}]`;
  return isJsonObject(value) ? (below(value) ?? 'null') : leafText(value);
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
  return [...found].map(([to, { from, below }], at) => ({
    from,
    inherited: isInherited(from),
    before: `${at === 0 ? '{' : ','}${JSON.stringify(to)}:`,
    below: below.length === 0 ? undefined : compileRepresentation(below, applies),
  }));
}

/** Distinct representations, and for each the entities it stands for. */
export interface Representations {
  readonly distinct: readonly string[];
  /** Indices of the given entities, by index of `distinct`. */
  readonly entities: readonly (readonly number[])[];
  /** Those of which something is missing that has to be told of them, by index; undefined where there are none. */
  readonly incomplete: readonly number[] | undefined;
}

/** Fifty flights to one airport ask for that airport once. Entities without a whole representation are left out. */
export function representationsOf(
  entities: readonly JsonObject[],
  read: RepresentationReader,
  rewrite: Rewrite | undefined,
): Representations {
  const distinct: string[] = [];
  const found: number[][] = [];
  const known = new Map<string, number[]>();
  let incomplete: number[] | undefined;
  for (let index = 0; index < entities.length; index += 1) {
    const entity = entities[index] as JsonObject;
    if (typeof entity['__typename'] !== 'string') continue;
    const own = read(entity);
    if (own === undefined) continue;
    if (own === null) {
      incomplete ??= [];
      incomplete.push(index);
      continue;
    }
    const text = rewrite === undefined ? own : rewritten(own, rewrite);
    const same = known.get(text);
    if (same === undefined) {
      const first = [index];
      known.set(text, first);
      found.push(first);
      distinct.push(text);
    } else same.push(index);
  }
  return { distinct, entities: found, incomplete };
}

function rewritten(text: string, rewrite: Rewrite): string {
  const representation: unknown = JSON.parse(text);
  rewrite(representation);
  return JSON.stringify(representation);
}
