import {
  type DocumentNode,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  type SelectionNode,
} from 'graphql';
import { namedFragments, withoutSpreads } from '../execution/named-fragments.ts';
import { fetchesOf, type Plan, type PlanPath, type Requirement, type Rewriting } from './plan.ts';
import { nameIn, type SubgraphTypes } from './subgraph-types.ts';

/** Of which types of objects a field is asked, by the keys that lead to it in the answer. */
type Asked = Map<string, Set<string>>;

/**
 * Whether a plan asks for every field of an operation, of every type of object of which the operation asks it and that can stand where a subgraph brings them, by
 * texts in which no fragment is on what its objects cannot be: those a subgraph must refuse (GraphQL §5.5.2.3).
 */
export function asksForAll(plan: Plan, document: DocumentNode, inSubgraphs: SubgraphTypes): boolean {
  const { schema } = inSubgraphs;
  const planned: Asked = new Map();
  const brought: Asked = new Map();
  let isRefused = false;
  for (const fetch of plan === undefined ? [] : fetchesOf(plan)) {
    const groups =
      fetch.kind === 'root'
        ? [{ key: undefined, paths: [fetch.path], requires: [], outputRewrites: fetch.outputRewrites }]
        : fetch.groups;
    const [operation] = withoutSpreads(parse(fetch.operation, { noLocation: true })).definitions;
    if (operation?.kind !== Kind.OPERATION_DEFINITION) continue;
    for (const { key, paths, requires, outputRewrites } of groups) {
      const { selections } = operation.selectionSet;
      const own = key === undefined ? selections : selections.flatMap((each) => belowKey(each, key));
      const told = typesTold(requires);
      for (const path of paths) {
        const type = key === undefined ? schema.getRootType(operation.operation)?.name : undefined;
        const at = objectsAt(schema, path);
        const types = told.length === 0 ? at : both(objectsOf(schema, ...told), at);
        collect(
          own,
          { type, types, path: keysIn(path) },
          {
            schema,
            asked: planned,
            renamed: outputRewrites,
            misfit: () => {
              isRefused = true;
            },
            bring: (place, parent, field) => {
              const objects = brought.get(place) ?? new Set();
              brought.set(place, objects);
              for (const each of objectsBelow(inSubgraphs, fetch.subgraph, parent, field)) objects.add(each);
            },
          },
        );
      }
    }
  }
  if (isRefused) return false;
  const asked: Asked = new Map();
  const fragments = namedFragments(document);
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const type = schema.getRootType(definition.operation)?.name;
    const place = { type, types: undefined, path: [] };
    collect(definition.selectionSet.selections, place, { schema, asked, fragments });
  }
  return [...asked].every(([place, types]) => {
    const found = planned.get(place);
    const around = place.includes(' ') ? brought.get(place.slice(0, place.lastIndexOf(' '))) : types;
    return [...types].every((type) => found?.has(type) === true || around?.has(type) !== true);
  });
}

/** What the objects below a field can be, as a subgraph has it. Of supergraphs of old all is not known. */
function objectsBelow(
  types: SubgraphTypes,
  subgraph: string,
  parent: string,
  field: string,
): readonly string[] {
  const own = nameIn(types.of(subgraph, parent, field));
  if (own === undefined) return [];
  const there = [...types.objectsIn(subgraph, own)].flatMap((name) => types.objectsInGraph(name));
  return there.length === 0 ? types.objectsInGraph(own) : there;
}

interface Place {
  /** By whose name fields are read; unknown where fragments say it. */
  readonly type: string | undefined;
  /** Those that the objects may be of; all of the type where undefined. */
  readonly types: ReadonlySet<string> | undefined;
  readonly path: readonly string[];
}

interface Collecting {
  readonly schema: GraphQLSchema;
  readonly asked: Asked;
  readonly renamed?: readonly Rewriting[];
  /** For a fragment that applies to no object. */
  readonly misfit?: () => void;
  /** Of a field with fields below, by its place. */
  readonly bring?: (place: string, parent: string, field: string) => void;
  readonly fragments?: ReturnType<typeof namedFragments>;
}

function collect(selections: readonly SelectionNode[], place: Place, collecting: Collecting): void {
  const { schema, asked, renamed = [], fragments } = collecting;
  for (const selection of selections) {
    if (selection.kind !== Kind.FIELD) {
      const written =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments?.get(selection.name.value);
      if (written === undefined) continue;
      const on = written.typeCondition?.name.value;
      const of = on === undefined ? undefined : objectsOf(schema, on);
      const around = place.types ?? (place.type === undefined ? undefined : objectsOf(schema, place.type));
      const types = of === undefined ? place.types : both(of, around);
      if (of !== undefined && place.type !== undefined && both(of, objectsOf(schema, place.type)).size === 0)
        collecting.misfit?.();
      collect(written.selectionSet.selections, { ...place, type: on ?? place.type, types }, collecting);
      continue;
    }
    if (selection.name.value === '__typename' || place.type === undefined) continue;
    const key = (selection.alias ?? selection.name).value;
    const rename = renamed.find((each) => each.kind === 'rename' && each.key === key);
    const path = [...place.path, rename?.kind === 'rename' ? rename.to : key];
    const known = asked.get(path.join(' ')) ?? new Set();
    asked.set(path.join(' '), known);
    for (const type of place.types ?? objectsOf(schema, place.type)) known.add(type);
    if (selection.selectionSet !== undefined)
      collecting.bring?.(path.join(' '), place.type, selection.name.value);
    const type = fieldType(schema, place.type, selection.name.value);
    collect(selection.selectionSet?.selections ?? [], { type, types: undefined, path }, collecting);
  }
}

function fieldType(schema: GraphQLSchema, parent: string, name: string): string | undefined {
  const type = schema.getType(parent);
  const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
  return field && getNamedType(field.type).name;
}

function belowKey(selection: SelectionNode, key: string): readonly SelectionNode[] {
  if (selection.kind !== Kind.FIELD || (selection.alias ?? selection.name).value !== key) return [];
  return selection.selectionSet?.selections ?? [];
}

function keysIn(path: PlanPath): readonly string[] {
  return path.filter((step) => typeof step === 'string').filter((step) => step !== '@');
}

/** Of objects of some types only. */
function objectsAt(schema: GraphQLSchema, path: PlanPath): ReadonlySet<string> | undefined {
  const last = path.at(-1);
  return last === undefined || typeof last === 'string' ? undefined : objectsOf(schema, ...last.types);
}

function typesTold(requires: readonly Requirement[]): readonly string[] {
  return requires.flatMap((each) => (each.kind === 'fragment' && each.on !== undefined ? [each.on] : []));
}

function objectsOf(schema: GraphQLSchema, ...names: readonly string[]): ReadonlySet<string> {
  return new Set(
    names.flatMap((name) => {
      const type = schema.getType(name);
      return isAbstractType(type) ? schema.getPossibleTypes(type).map((each) => each.name) : [name];
    }),
  );
}

function both(some: ReadonlySet<string>, others: ReadonlySet<string> | undefined): ReadonlySet<string> {
  return others === undefined ? some : new Set([...some].filter((each) => others.has(each)));
}
