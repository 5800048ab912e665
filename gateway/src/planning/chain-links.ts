import {
  type ConstDirectiveNode,
  type DocumentNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type SelectionNode,
  type TypeNode,
} from 'graphql';
import { contextArguments, fieldsIn, selectionsIn } from './context-fields.ts';
import { argumentsOf } from './directive-arguments.ts';

/** A field in the middle of a chain: it requires others, and is required by others. */
export interface ChainLink {
  readonly graph: string;
  readonly type: string;
  readonly field: string;
  /** The one key by which objects are found for it, where its subgraph has several. */
  readonly key: string | undefined;
  /** Other types of which the graph's subgraph is asked by their keys. */
  readonly entities: ReadonlySet<string>;
  /** Of its own type and of those, what the subgraph has to have for the field's sake: what it requires, keys, and what interfaces, `@provides` and contexts name. */
  needs(type: string, field: string): boolean;
}

type TypeWithFields = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

export function chainLinksIn({ definitions }: DocumentNode): readonly ChainLink[] {
  const types = definitions.filter((definition) => definition.kind === Kind.OBJECT_TYPE_DEFINITION);
  const interfaces = definitions.filter((definition) => definition.kind === Kind.INTERFACE_TYPE_DEFINITION);
  const places = new FieldPlaces([...types, ...interfaces]);
  const requiring = types.flatMap((type) =>
    (type.fields ?? []).flatMap((field) =>
      (field.directives ?? []).flatMap((directive) => {
        const { graph, requires } = argumentsOf(directive, 'join__field');
        if (typeof graph !== 'string' || typeof requires !== 'string') return [];
        return [{ type, field, directive, graph, requires }];
      }),
    ),
  );
  const required = new Set(
    requiring.flatMap(({ requires }) => fieldsIn(requires)).map(({ name }) => name.value),
  );
  return requiring
    .filter(({ field, directive }) => required.has(field.name.value) && isMovable(directive))
    .flatMap((link) => ofKeys(link.type, link.graph).map((key) => ({ ...link, key })))
    .map(({ type, field, graph, requires, key }) => {
      const entities = types.filter((each) => each !== type && hasResolvableKey(each, graph));
      const needed = new Set([
        ...places.of(requires, type.name.value),
        ...[type, ...entities].flatMap((each) => {
          const keys = each === type && key !== undefined ? [key] : keysOf(each, graph);
          return keys.flatMap((fields) => places.of(fields, each.name.value));
        }),
        ...providedIn(types, graph).flatMap(([fields, of]) => places.of(fields, of)),
        ...entities.flatMap((each) => places.ofInterfaces(each)),
      ]);
      const set = contextualIn(types);
      return {
        graph,
        type: type.name.value,
        field: field.name.value,
        key,
        entities: new Set(entities.map(({ name }) => name.value)),
        needs: (of, name) => needed.has(`${of}.${name}`) || set.has(name),
      };
    });
}

/** Which fields of which types a set of fields names. */
class FieldPlaces {
  readonly #types: ReadonlyMap<string, TypeWithFields>;

  constructor(types: readonly TypeWithFields[]) {
    this.#types = new Map(types.map((type) => [type.name.value, type]));
  }

  of(text: string, type: string): readonly string[] {
    return this.#named(selectionsIn(text), type);
  }

  /** A type has the fields of its interfaces in every subgraph. */
  ofInterfaces({ name, interfaces = [] }: TypeWithFields): readonly string[] {
    return interfaces
      .flatMap((each) => this.#types.get(each.name.value)?.fields ?? [])
      .map((field) => `${name.value}.${field.name.value}`);
  }

  #named(selections: readonly SelectionNode[], type: string): readonly string[] {
    return selections.flatMap((selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return [];
      const below = selection.selectionSet?.selections ?? [];
      if (selection.kind === Kind.INLINE_FRAGMENT)
        return this.#named(below, selection.typeCondition?.name.value ?? type);
      const field = this.#types.get(type)?.fields?.find(({ name }) => name.value === selection.name.value);
      const own = [type, ...this.#implementing(type)].map((each) => `${each}.${selection.name.value}`);
      return field === undefined ? own : [...own, ...this.#named(below, nameOf(field.type))];
    });
  }

  #implementing(type: string): readonly string[] {
    return [...this.#types.values()]
      .filter(({ interfaces = [] }) => interfaces.some(({ name }) => name.value === type))
      .map(({ name }) => name.value);
  }
}

function nameOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type);
}

/** What is overridden step by step, or takes arguments from context, belongs to its subgraph by name. */
function isMovable(directive: ConstDirectiveNode): boolean {
  const { overrideLabel } = argumentsOf(directive, 'join__field');
  return overrideLabel === undefined && contextArguments(directive).length === 0;
}

/** What is provided elsewhere in the subgraph has to be there to be provided: the fields, and of which type. */
function providedIn(
  types: readonly ObjectTypeDefinitionNode[],
  graph: string,
): readonly (readonly [fields: string, of: string])[] {
  return types.flatMap(({ fields = [] }) =>
    fields.flatMap(({ type, directives = [] }) =>
      directives.flatMap((directive) => {
        const { graph: of, provides } = argumentsOf(directive, 'join__field');
        return of === graph && typeof provides === 'string' ? [[provides, nameOf(type)] as const] : [];
      }),
    ),
  );
}

/** The names of what is set as a context, by whichever type. */
function contextualIn(types: readonly ObjectTypeDefinitionNode[]): ReadonlySet<string> {
  const directives = types.flatMap(({ fields = [] }) => fields.flatMap((field) => field.directives ?? []));
  return new Set(
    directives
      .flatMap((directive) => contextArguments(directive))
      .flatMap(({ selection }) => fieldsIn(selection))
      .map(({ name }) => name.value),
  );
}

/** Each key by which a subgraph finds objects of a type; undefined for all, where it has one. */
function ofKeys(type: ObjectTypeDefinitionNode, graph: string): readonly (string | undefined)[] {
  const resolvable = resolvableKeysOf(type, graph);
  return keysOf(type, graph).length > 1 && resolvable.length > 0 ? resolvable : [undefined];
}

function hasResolvableKey(type: ObjectTypeDefinitionNode, graph: string): boolean {
  return resolvableKeysOf(type, graph).length > 0;
}

function resolvableKeysOf({ directives = [] }: ObjectTypeDefinitionNode, graph: string): readonly string[] {
  return directives.flatMap((directive) => {
    const { graph: of, key, resolvable } = argumentsOf(directive, 'join__type');
    return of === graph && typeof key === 'string' && resolvable !== false ? [key] : [];
  });
}

function keysOf({ directives = [] }: ObjectTypeDefinitionNode, graph: string): readonly string[] {
  return directives.flatMap((directive) => {
    const { graph: of, key } = argumentsOf(directive, 'join__type');
    return of === graph && typeof key === 'string' ? [key] : [];
  });
}
