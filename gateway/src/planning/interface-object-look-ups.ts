import { type DocumentNode, type FieldNode, Kind, type SelectionSetNode } from 'graphql';
import { fieldsIn } from './context-fields.ts';
import { argumentsOf } from './directive-arguments.ts';
import type { FieldOfTypes, FieldsOfTypes } from './fields-of-types.ts';
import { partOfLookUp, readLookUp, withoutNames } from './look-up-parts.ts';
import { type EntityFetch, nodesOf, type PlanNode, type Requirement } from './plan.ts';
import { addressesIn } from './subgraph-addresses.ts';

/** An interface that a subgraph has as an object. */
interface InterfaceObject {
  /** The interface and what implements it. */
  readonly types: ReadonlySet<string>;
  readonly keys: readonly (readonly string[])[];
  /** What its fields require, by their names; of those that require something. */
  readonly requires: ReadonlyMap<string, readonly string[]>;
  /** The same, as it is written. */
  readonly written: ReadonlyMap<string, string>;
  /** As it is written, a key by which its subgraph finds it. */
  readonly key: string | undefined;
}

/** By subgraph and name; those alone of which a field requires something. */
export type RequiringObjects = ReadonlyMap<string, InterfaceObject>;

export function requiringObjects(supergraph: DocumentNode): RequiringObjects {
  const found = new Map<string, InterfaceObject>();
  const addresses = addressesIn(supergraph);
  const { definitions } = supergraph;
  const implementing = definitions.flatMap((definition) =>
    definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION
      ? (definition.interfaces ?? []).map(({ name }) => ({ of: name.value, type: definition.name.value }))
      : [],
  );
  for (const type of definitions) {
    if (type.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    for (const { graph, name } of addresses) {
      const here = (type.directives ?? [])
        .map((directive) => argumentsOf(directive, 'join__type'))
        .filter((told) => told['graph'] === graph && told['isInterfaceObject'] === true);
      const requires = (type.fields ?? []).flatMap((field) =>
        (field.directives ?? []).flatMap((directive) => {
          const told = argumentsOf(directive, 'join__field');
          return told['graph'] === graph && typeof told['requires'] === 'string'
            ? [[field.name.value, told['requires']] as const]
            : [];
        }),
      );
      const keys = here.flatMap(({ key }) => (typeof key === 'string' ? [namesIn(key)] : []));
      const own = implementing.filter(({ of }) => of === type.name.value);
      const types = new Set([type.name.value, ...own.map((each) => each.type)]);
      if (here.length > 0 && requires.length > 0)
        found.set(keyOf(name, type.name.value), {
          types,
          keys,
          requires: new Map(requires.map(([field, text]) => [field, namesIn(text)])),
          written: new Map(requires),
          key: here.map(({ key, resolvable }) => (resolvable === false ? undefined : key)).find(isText),
        });
    }
  }
  return found;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** What a field of an interface requires in a subgraph that has it as an object. */
export interface RequiringField {
  readonly subgraph: string;
  readonly requires: string;
  readonly key: string | undefined;
}

/** Of the first of such subgraphs. Undefined where none requires anything. */
export function requiringField(
  objects: RequiringObjects,
  type: string,
  field: string,
): RequiringField | undefined {
  for (const [place, { written, key }] of objects) {
    const requires = written.get(field);
    const [subgraph = '', of] = place.split(' ');
    if (of === type && requires !== undefined) return { subgraph, requires, key };
  }
  return undefined;
}

function namesIn(text: string): readonly string[] {
  return fieldsIn(text).map(({ name }) => name.value);
}

function keyOf(subgraph: string, type: string): string {
  return `${subgraph} ${type}`;
}

/**
 * What Apollo's planner has to be helped with. It asks for all fields of an interface object in one look-up, which is told what any of them requires: objects that
 * are asked for another field only have not all of that, and would not be asked about at all. So fields that require something else are looked up apart, and what is required
 * stands with a key, without which nothing is found.
 */
export function withApartRequirements(
  node: PlanNode,
  objects: RequiringObjects,
  ofTypes: FieldsOfTypes,
): PlanNode {
  if (objects.size === 0 && ofTypes.isEmpty) return node;
  if (node.kind === 'sequence' || node.kind === 'parallel') {
    const nodes = node.nodes.map((each) => withApartRequirements(each, objects, ofTypes));
    return nodesOf(node.kind, nodes) ?? node;
  }
  if (node.kind === 'root') return node;
  return nodesOf('parallel', apart(node, objects, ofTypes)) ?? node;
}

/** Fields of one look-up that require the same of the same types; of no object, those that require nothing. */
interface Part {
  readonly object: InterfaceObject | undefined;
  /** Undefined for those that are asked of all. */
  readonly of: FieldOfTypes | undefined;
  readonly needed: readonly string[];
  readonly fields: Set<FieldNode>;
}

function apart(
  fetch: EntityFetch,
  objects: RequiringObjects,
  ofTypes: FieldsOfTypes,
): readonly EntityFetch[] {
  const read = readLookUp(fetch);
  const parts = new Map<string, Part>();
  const asked = new Map<InterfaceObject, string>();
  const collect = ({ selections }: SelectionSetNode, type: string): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT)
        collect(selection.selectionSet, selection.typeCondition?.name.value ?? type);
      if (selection.kind !== Kind.FIELD || selection.name.value === '__typename') continue;
      const object = objects.get(keyOf(fetch.subgraph, type));
      if (object !== undefined) asked.set(object, type);
      const needed = object?.requires.get(selection.name.value);
      const of = ofTypes.of(selection);
      const requiring = needed === undefined ? '' : `${type} ${[...needed].sort().join(' ')}`;
      const key = `${requiring} of ${of?.types.join(' ') ?? 'all'}`;
      const part = parts.get(key) ?? {
        of,
        object: needed && object,
        needed: needed ?? [],
        fields: new Set<FieldNode>(),
      };
      part.fields.add(selection);
      parts.set(key, part);
    }
  };
  collect(read.selectionSet, '');
  if ([...parts.values()].every(({ object, of }) => object === undefined && of === undefined)) return [fetch];
  return [...parts.values()].map((part) => {
    const requires = [...asked].reduce<readonly Requirement[]>(
      (told, [object, type]) =>
        toldOf(told, { type, object, needed: part.object === object ? part.needed : [] }),
      read.group.requires.filter((each) => part.object === undefined || isOf(part.object, each)),
    );
    const own = partOfLookUp(fetch, read, { fields: part.fields, requires });
    return part.of === undefined ? own : ofTypes.lookUp(own, part.of);
  });
}

function isOf({ types }: InterfaceObject, told: Requirement): boolean {
  return told.kind === 'fragment' && types.has(told.on ?? '');
}

interface Told {
  readonly type: string;
  readonly object: InterfaceObject;
  readonly needed: readonly string[];
}

/** What a part needs of an interface's objects, with a key of each. What is told without one goes to those of which a key is told by the name of their own type. */
function toldOf(requires: readonly Requirement[], { type, object, needed }: Told): readonly Requirement[] {
  const keyNames = new Set(object.keys.flat());
  const unneeded = new Set([...object.requires.values()].flat());
  for (const name of [...needed, ...keyNames]) unneeded.delete(name);
  const fragments = requires.map((each) =>
    isOf(object, each) ? { ...each, below: withoutNames(each.below, unneeded) } : each,
  );
  const isKeyless = (each: Requirement): boolean => {
    const told = new Set(each.below.flatMap((field) => (field.kind === 'field' ? [field.to] : [])));
    return (
      each.kind === 'fragment' &&
      each.on === type &&
      !object.keys.some((names) => names.every((name) => told.has(name)))
    );
  };
  const keyed = fragments.filter((each) => !isKeyless(each));
  const more = fragments.filter(isKeyless).flatMap(({ below }) => below);
  if (!keyed.some((each) => isOf(object, each))) return fragments;
  return keyed.map((each) => (isOf(object, each) ? { ...each, below: [...each.below, ...more] } : each));
}
