import { type GraphQLSchema, getNamedType } from 'graphql';
import type { Requirement } from '../../planning/plan.ts';
import { isInherited, isJsonObject, type JsonObject, readOwn } from './own-keys.ts';
import type { Rewrite } from './rewrites.ts';
import type { TypeCondition } from './type-conditions.ts';

/**
 * Reads from an object of the answer what a subgraph needs to find the same entity, as JSON text; null when part of it is missing or lost digits, undefined when
 * nothing is asked of objects of its type. Text, because it is what tells equal ones apart and what is sent: objects would be made only to be written twice.
 */
export type RepresentationReader = (entity: JsonObject, absent: AbsentObjects) => string | null | undefined;

/** Objects of which their owner said that there are none: below others they are told as null, as what was not brought must not be. */
type AbsentObjects = ReadonlySet<JsonObject>;

export interface RequiringGraph {
  readonly applies: TypeCondition;
  /** The whole supergraph's: subgraphs need what clients do not see. */
  readonly schema: GraphQLSchema;
}

/** Compiles a fetch's `requires`; `type` has the fields that stand in no fragment. Which fragments apply is decided once per type name, not once per entity. */
export function compileRepresentation(
  selections: readonly Requirement[],
  graph: RequiringGraph,
  type?: string,
): RepresentationReader {
  const plain = reader({ selections, type, typename: undefined }, graph);
  const byTypename = new Map<string, RepresentationReader>();
  return (entity, absent) => {
    const typename = entity['__typename'];
    if (typeof typename !== 'string') return plain(entity, absent);
    let read = byTypename.get(typename);
    if (read === undefined) {
      read = reader({ selections, type, typename }, graph);
      // A subgraph that makes up type names must not fill the memory.
      if (byTypename.size < 1_000) byTypename.set(typename, read);
    }
    return read(entity, absent);
  };
}

interface Required {
  readonly selections: readonly Requirement[];
  /** Of the object, as far as the schema says. */
  readonly type: string | undefined;
  /** As the object says. */
  readonly typename: string | undefined;
}

interface KeyField {
  readonly from: string;
  readonly inherited: boolean;
  /** What stands before the value. */
  readonly before: string;
  /** Reads what lies below an object; undefined for leaves. */
  readonly below: RepresentationReader | undefined;
  /** Numbers are no more exact than they were read. */
  readonly isFloat: boolean;
}

function reader(required: Required, graph: RequiringGraph): RepresentationReader {
  const fields = fieldsFor(required, graph);
  if (fields.length === 0) return required.typename === undefined ? () => '{}' : () => undefined;
  return (entity, absent) => {
    let text = '';
    for (const { from, inherited, before, below, isFloat } of fields) {
      const value = inherited ? readOwn(entity, from) : entity[from];
      if (value === undefined) return null;
      const own = below === undefined ? leafText(value, isFloat) : textBelow(value, below, absent);
      if (own === null) return null;
      text += before + own;
    }
    return `${text}}`;
  };
}

/** What must be escaped in JSON (RFC 8259 §7), and halves of characters, which JSON.stringify escapes too. */
const needsCare = /[^ !#-[\]-\ud7ff\ue000-\uffff]/;

/** Whether a number is the one that was sent, as far as its type promises. */
export function isExact(value: number, isFloat: boolean): boolean {
  return Number.isSafeInteger(value) || (Number.isFinite(value) && (isFloat || value % 1 !== 0));
}

/** Null for a number that lost digits when it was read: it names something else (an `ID`), or is none any more. */
function leafText(value: unknown, isFloat: boolean): string | null {
  if (typeof value === 'string') return needsCare.test(value) ? JSON.stringify(value) : `"${value}"`;
  if (typeof value === 'number') return isExact(value, isFloat) ? String(value) : null;
  if (Array.isArray(value)) return listText(value, (element) => leafText(element, isFloat));
  return JSON.stringify(value) ?? 'null';
}

function listText(elements: readonly unknown[], textOf: (element: unknown) => string | null): string | null {
  const texts: string[] = [];
  for (const element of elements) {
    const text = textOf(element);
    if (text === null) return null;
    texts.push(text);
  }
  return `[${texts.join()}]`;
}

function textBelow(value: unknown, below: RepresentationReader, absent: AbsentObjects): string | null {
  if (Array.isArray(value)) return listText(value, (element) => textBelow(element, below, absent));
  if (!isJsonObject(value)) return leafText(value, false);
  const text = below(value, absent);
  if (text === undefined) return '{}';
  return text === null && absent.has(value) ? 'null' : text;
}

function fieldsFor({ selections, type, typename }: Required, graph: RequiringGraph): readonly KeyField[] {
  interface Found {
    readonly from: string;
    readonly type: string | undefined;
    readonly below: Requirement[];
  }
  const found = new Map<string, Found>();
  const collect = (nodes: readonly Requirement[], around: string | undefined): void => {
    for (const node of nodes) {
      if (node.kind === 'field') {
        const field = found.get(node.to) ?? {
          from: node.from,
          type: typeOf(graph.schema, around, node.to),
          below: [],
        };
        field.below.push(...node.below);
        found.set(node.to, field);
      } else if (node.on === undefined) collect(node.below, around);
      else if (typename !== undefined && graph.applies(node.on, typename)) collect(node.below, node.on);
    }
  };
  collect(selections, type);
  return [...found].map(([to, { from, below, type }], at) => ({
    from,
    inherited: isInherited(from),
    before: `${at === 0 ? '{' : ','}${JSON.stringify(to)}:`,
    below: below.length === 0 ? undefined : compileRepresentation(below, graph, type),
    isFloat: type === 'Float' || type === undefined,
  }));
}

/** The type of a field without its lists; undefined where the schema has no such field. */
function typeOf(schema: GraphQLSchema, around: string | undefined, field: string): string | undefined {
  const type = around === undefined ? undefined : schema.getType(around);
  const definition = type !== undefined && 'getFields' in type ? type.getFields()[field] : undefined;
  return definition && getNamedType(definition.type).name;
}

/** Distinct representations, and for each the entities it stands for. */
export interface Representations {
  readonly distinct: readonly string[];
  /** Indices of the given entities, by index of `distinct`. */
  readonly entities: readonly (readonly number[])[];
  /** Those of which something is missing that has to be told of them, by index; undefined where there are none. */
  readonly incomplete: readonly number[] | undefined;
}

export interface Representing {
  readonly read: RepresentationReader;
  readonly rewrite: Rewrite | undefined;
  readonly absent: AbsentObjects;
}

/** Fifty flights to one airport ask for that airport once. Entities without a whole representation are left out. */
export function representationsOf(
  entities: readonly JsonObject[],
  { read, rewrite, absent }: Representing,
): Representations {
  const distinct: string[] = [];
  const found: number[][] = [];
  const known = new Map<string, number[]>();
  let incomplete: number[] | undefined;
  for (let index = 0; index < entities.length; index += 1) {
    const entity = entities[index] as JsonObject;
    if (typeof entity['__typename'] !== 'string') continue;
    const own = read(entity, absent);
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
