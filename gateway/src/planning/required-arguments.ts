import {
  type DocumentNode,
  type FieldDefinitionNode,
  type FieldNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  print,
  visit,
} from 'graphql';
import { signatureOf } from '../execution/compiled/placed-fields.ts';
import { fieldsIn, selectionsIn } from './context-fields.ts';
import { argumentsOf } from './directive-arguments.ts';
import { addressesIn } from './subgraph-addresses.ts';

/** Fields that are required with arguments, each under a name of its own for every way it is required. */
export interface RequiredArguments {
  /** The supergraph with those names. */
  readonly document: DocumentNode;
  /** What stands behind a name. */
  readonly fieldOf: ReadonlyMap<string, string>;
  /** The names that a field of a subgraph requires, of those that stand for a way. */
  neededBy(subgraph: string, type: string, field: string): ReadonlySet<string>;
  /** Every name that it requires, however far below. */
  requiredBy(subgraph: string, type: string, field: string): ReadonlySet<string>;
  /** The names in the keys of a type of a subgraph. */
  keyNames(subgraph: string, type: string): ReadonlySet<string>;
}

/**
 * Apollo's planner asks for what `@requires` names under the field's own name, so that of two fields that require one with different arguments, both are
 * told the same. In the supergraph it plans by, which is made of `document`, such a field is several, one for each way it is required.
 * @returns undefined where no field is required in two ways, as in most supergraphs
 */
export function requiredArguments(
  supergraph: DocumentNode,
  document: DocumentNode,
): RequiredArguments | undefined {
  const types = document.definitions.filter(hasFields);
  const waysOf = waysByField(types);
  const fieldNames = new Set(types.flatMap(({ fields = [] }) => fields.map(({ name }) => name.value)));
  const nameOf = new Map<string, string>();
  const fieldOf = new Map<string, string>();
  for (const [field, ways] of waysOf) {
    if (ways.size < 2) continue;
    for (const [signature, { arguments: given = [] }] of ways) {
      const name = given.length === 0 ? field : freeName(field, fieldNames);
      nameOf.set(signature, name);
      fieldOf.set(name, field);
    }
  }
  if (fieldOf.size === 0) return undefined;
  const graphNames = new Map(addressesIn(supergraph).map(({ graph, name }) => [graph, name]));
  // Planners name subgraphs by either.
  const namesOf = (graph: string): ReadonlySet<string> => new Set([graph, graphNames.get(graph) ?? graph]);
  const needs = new Map<string, ReadonlySet<string>>();
  const all = new Map<string, ReadonlySet<string>>();
  const keys = new Map<string, ReadonlySet<string>>();
  const written = types.map((type) => {
    for (const { graph, names } of keysOf(type))
      for (const subgraph of namesOf(graph)) {
        const place = keyOf(subgraph, type.name.value, '');
        keys.set(place, new Set([...(keys.get(place) ?? []), ...names]));
      }
    const fields = type.fields?.flatMap((field) => {
      for (const { graph, requires } of requirementsOf(field)) {
        const required = fieldsIn(requires);
        const needed = required.flatMap((each) => nameOf.get(signatureOf(each)) ?? []);
        const names = required.map((each) => nameOf.get(signatureOf(each)) ?? each.name.value);
        for (const subgraph of namesOf(graph)) {
          const place = keyOf(subgraph, type.name.value, field.name.value);
          needs.set(place, new Set(needed));
          all.set(place, new Set(names));
        }
      }
      const own = requiringByName(field, nameOf);
      return [own, ...copiesOf(own, waysOf.get(field.name.value) ?? new Map(), nameOf)];
    });
    return fields === undefined ? type : { ...type, fields };
  });
  const byName = new Map(written.map((type) => [type.name.value, type]));
  return {
    document: {
      ...document,
      definitions: document.definitions.map((definition) =>
        hasFields(definition) ? (byName.get(definition.name.value) ?? definition) : definition,
      ),
    },
    fieldOf,
    neededBy: (subgraph, type, field) => needs.get(keyOf(subgraph, type, field)) ?? none,
    requiredBy: (subgraph, type, field) => all.get(keyOf(subgraph, type, field)) ?? none,
    keyNames: (subgraph, type) => keys.get(keyOf(subgraph, type, '')) ?? none,
  };
}

const none: ReadonlySet<string> = new Set();

type TypeWithFields = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

function hasFields(definition: DocumentNode['definitions'][number]): definition is TypeWithFields {
  return (
    definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION
  );
}

/** How each field is required anywhere, by its signature. */
function waysByField(types: readonly TypeWithFields[]): ReadonlyMap<string, ReadonlyMap<string, FieldNode>> {
  const found = new Map<string, Map<string, FieldNode>>();
  for (const { requires } of types.flatMap(({ fields = [] }) => fields.flatMap(requirementsOf)))
    for (const field of fieldsIn(requires)) {
      const ways = found.get(field.name.value) ?? new Map<string, FieldNode>();
      found.set(field.name.value, ways.set(signatureOf(field), field));
    }
  return found;
}

interface Requiring {
  readonly graph: string;
  readonly requires: string;
}

function requirementsOf({ directives = [] }: FieldDefinitionNode): readonly Requiring[] {
  return directives.flatMap((directive) => {
    const { graph, requires } = argumentsOf(directive, 'join__field');
    return typeof graph === 'string' && typeof requires === 'string' ? [{ graph, requires }] : [];
  });
}

function keysOf({ directives = [] }: TypeWithFields) {
  return directives.flatMap((directive) => {
    const { graph, key } = argumentsOf(directive, 'join__type');
    if (typeof graph !== 'string' || typeof key !== 'string') return [];
    return [{ graph, names: fieldsIn(key).map(({ name }) => name.value) }];
  });
}

function requiringByName(
  field: FieldDefinitionNode,
  nameOf: ReadonlyMap<string, string>,
): FieldDefinitionNode {
  const renamed = (text: string): string =>
    selectionsIn(text)
      .map((selection) =>
        print(
          visit(selection, {
            [Kind.FIELD]: {
              leave: (each) => {
                const value = nameOf.get(signatureOf(each));
                return value === undefined ? undefined : { ...each, name: { ...each.name, value } };
              },
            },
          }),
        ),
      )
      .join(' ');
  return {
    ...field,
    directives:
      field.directives?.map((directive) => {
        if (directive.name.value !== 'join__field') return directive;
        return {
          ...directive,
          arguments:
            directive.arguments?.map((argument) =>
              argument.name.value === 'requires' && argument.value.kind === Kind.STRING
                ? { ...argument, value: { ...argument.value, value: renamed(argument.value.value) } }
                : argument,
            ) ?? [],
        };
      }) ?? [],
  };
}

/** The field again under each of its other names whose arguments it has. */
function copiesOf(
  field: FieldDefinitionNode,
  ways: ReadonlyMap<string, FieldNode>,
  nameOf: ReadonlyMap<string, string>,
): readonly FieldDefinitionNode[] {
  const known = new Set(field.arguments?.map(({ name }) => name.value));
  return [...ways].flatMap(([signature, { arguments: given = [] }]) => {
    const value = nameOf.get(signature);
    if (value === undefined || value === field.name.value) return [];
    if (!given.every(({ name }) => known.has(name.value))) return [];
    return [{ ...field, name: { ...field.name, value } }];
  });
}

/** A name that no field has yet. */
function freeName(field: string, taken: Set<string>): string {
  for (let at = 1; ; at += 1) {
    const name = `${field}__${at}`;
    if (taken.has(name)) continue;
    taken.add(name);
    return name;
  }
}

function keyOf(subgraph: string, type: string, field: string): string {
  return `${subgraph} ${type} ${field}`;
}
