import { type FieldNode, Kind, parse } from 'graphql';
import { fieldsIn } from './context-fields.ts';
import { argumentsOf } from './directive-arguments.ts';
import { partOfLookUp, type ReadLookUp, readLookUp } from './look-up-parts.ts';
import { type EntityFetch, nodesOf, type PlanNode, type Requirement } from './plan.ts';
import { subgraphAddresses } from './subgraph-addresses.ts';

/** An interface that a subgraph has as an object. */
interface InterfaceObject {
  readonly keys: readonly (readonly string[])[];
  /** What its fields require, by their names; of those that require something. */
  readonly requires: ReadonlyMap<string, readonly string[]>;
}

/** By subgraph and name; those alone of which a field requires something. */
export type RequiringObjects = ReadonlyMap<string, InterfaceObject>;

export function requiringObjects(supergraphSdl: string): RequiringObjects {
  const found = new Map<string, InterfaceObject>();
  const addresses = subgraphAddresses(supergraphSdl);
  for (const type of parse(supergraphSdl, { noLocation: true }).definitions) {
    if (type.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    for (const { graph, name } of addresses) {
      const here = (type.directives ?? [])
        .map((directive) => argumentsOf(directive, 'join__type'))
        .filter((told) => told['graph'] === graph && told['isInterfaceObject'] === true);
      const requires = (type.fields ?? []).flatMap((field) =>
        (field.directives ?? []).flatMap((directive) => {
          const told = argumentsOf(directive, 'join__field');
          return told['graph'] === graph && typeof told['requires'] === 'string'
            ? [[field.name.value, namesIn(told['requires'])] as const]
            : [];
        }),
      );
      const keys = here.flatMap(({ key }) => (typeof key === 'string' ? [namesIn(key)] : []));
      if (here.length > 0 && requires.length > 0)
        found.set(keyOf(name, type.name.value), { keys, requires: new Map(requires) });
    }
  }
  return found;
}

/** The fields of an interface that require something in some subgraph that has it as an object. */
export function requiringFields(objects: RequiringObjects, type: string): ReadonlySet<string> {
  const found = [...objects].filter(([key]) => key.endsWith(` ${type}`));
  return new Set(found.flatMap(([, { requires }]) => [...requires.keys()]));
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
export function withApartRequirements(node: PlanNode, objects: RequiringObjects): PlanNode {
  if (objects.size === 0) return node;
  if (node.kind === 'sequence' || node.kind === 'parallel') {
    const nodes = node.nodes.map((each) => withApartRequirements(each, objects));
    return nodesOf(node.kind, nodes) ?? node;
  }
  if (node.kind === 'root') return node;
  return nodesOf('parallel', apart(node, objects)) ?? node;
}

function apart(fetch: EntityFetch, objects: RequiringObjects): readonly EntityFetch[] {
  const read = readLookUp(fetch);
  const [selection, ...others] = read.selectionSet.selections;
  if (selection?.kind !== Kind.INLINE_FRAGMENT || others.length > 0) return [fetch];
  const type = selection.typeCondition?.name.value ?? '';
  const object = objects.get(keyOf(fetch.subgraph, type));
  if (object === undefined) return [fetch];
  const parts = new Map<string, Set<FieldNode>>();
  for (const field of selection.selectionSet.selections) {
    // Of another form than the planner writes.
    if (field.kind !== Kind.FIELD) return [fetch];
    if (field.name.value === '__typename') continue;
    const needed = [...(object.requires.get(field.name.value) ?? [])].sort().join(' ');
    parts.set(needed, (parts.get(needed) ?? new Set<FieldNode>()).add(field));
  }
  const all = new Set([...parts.keys()].flatMap((names) => names.split(' ')));
  if (parts.size === 0 || (parts.size === 1 && parts.has(''))) return [fetch];
  return [...parts].map(([needed, fields]) => {
    const requires = toldOf(read, { type, object, needed: new Set(needed.split(' ')), all });
    return partOfLookUp(fetch, read, { fields, requires });
  });
}

interface Told {
  readonly type: string;
  readonly object: InterfaceObject;
  readonly needed: ReadonlySet<string>;
  /** What any part needs. */
  readonly all: ReadonlySet<string>;
}

/** What a part needs, with a key of each object. What is told without one goes to those of which a key is told by the name of their own type. */
function toldOf({ group }: ReadLookUp, { type, object, needed, all }: Told): readonly Requirement[] {
  const keyNames = new Set(object.keys.flat());
  const isOfPart = (each: Requirement): boolean =>
    each.kind !== 'field' || !all.has(each.to) || needed.has(each.to) || keyNames.has(each.to);
  const fragments = group.requires.map((each) => ({ ...each, below: each.below.filter(isOfPart) }));
  const isKeyless = (each: Requirement): boolean => {
    const told = new Set(each.below.flatMap((field) => (field.kind === 'field' ? [field.to] : [])));
    return (
      each.kind === 'fragment' &&
      each.on === type &&
      !object.keys.some((names) => names.every((name) => told.has(name)))
    );
  };
  const keyless = fragments.filter(isKeyless);
  const keyed = fragments.filter((each) => !isKeyless(each));
  if (keyed.length === 0) return fragments;
  const more = keyless.flatMap(({ below }) => below);
  return keyed.map((each) =>
    each.kind === 'fragment' ? { ...each, below: [...each.below, ...more] } : each,
  );
}
