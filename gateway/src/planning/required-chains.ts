import {
  type ConstDirectiveNode,
  type ConstValueNode,
  type DocumentNode,
  type EnumTypeDefinitionNode,
  type EnumValueDefinitionNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  visit,
} from 'graphql';
import { contextArguments, fieldsIn } from './context-fields.ts';
import { argumentsOf } from './directive-arguments.ts';
import { addressesIn } from './subgraph-addresses.ts';

/** A supergraph in which no subgraph has a field that requires others and is required by others, beside anything else of its type. */
export interface CutChains {
  readonly document: DocumentNode;
  /** The subgraphs that are made up, and which they stand for. */
  readonly subgraphs: ReadonlyMap<string, string>;
}

/**
 * What Apollo's planner has to be helped with. Of fields that require each other across subgraphs it asks for one in the middle before its subgraph was told what that
 * requires, where an object comes from that subgraph. So in the supergraph it plans by, each field in the middle has a subgraph of its own, to which its type has
 * nothing but keys besides.
 * @returns undefined where there are no such chains, as in most supergraphs
 */
export function cutChains(document: DocumentNode): CutChains | undefined {
  const names = new Map(addressesIn(document).map(({ graph, name }) => [graph, name]));
  const subgraphs = new Map<string, string>();
  let cut = document;
  for (const link of linksIn(document)) {
    const name = names.get(link.graph);
    if (name === undefined) continue;
    let own = `${link.graph}__${subgraphs.size}`;
    while (names.has(own)) own += '_';
    subgraphs.set(own, name);
    cut = withOwnSubgraph(cut, link, own);
  }
  return subgraphs.size === 0 ? undefined : { document: cut, subgraphs };
}

/** A field in the middle of a chain. */
interface Link {
  readonly graph: string;
  readonly type: string;
  readonly field: string;
  /** What it requires, and the keys of its type there. */
  readonly told: ReadonlySet<string>;
}

function linksIn({ definitions }: DocumentNode): readonly Link[] {
  const types = definitions.filter((definition) => definition.kind === Kind.OBJECT_TYPE_DEFINITION);
  const requiring = types.flatMap((type) =>
    (type.fields ?? []).flatMap((field) =>
      (field.directives ?? []).flatMap((directive) => {
        const { graph, requires } = argumentsOf(directive, 'join__field');
        if (typeof graph !== 'string' || typeof requires !== 'string') return [];
        return [{ type, field, directive, graph, requires: namesIn(requires) }];
      }),
    ),
  );
  const required = new Set(requiring.flatMap(({ requires }) => requires));
  return requiring
    .filter(({ field, directive }) => required.has(field.name.value) && isMovable(directive))
    .map(({ type, field, graph, requires }) => ({
      graph,
      type: type.name.value,
      field: field.name.value,
      // What is provided elsewhere in the subgraph has to be there to be provided.
      told: new Set([...requires, ...keysOf(type, graph), ...providedIn(types, graph)]),
    }));
}

function namesIn(text: string): readonly string[] {
  return fieldsIn(text).map(({ name }) => name.value);
}

/** What is overridden step by step, or takes arguments from context, belongs to its subgraph by name. */
function isMovable(directive: ConstDirectiveNode): boolean {
  const { overrideLabel } = argumentsOf(directive, 'join__field');
  return overrideLabel === undefined && contextArguments(directive).length === 0;
}

function providedIn(types: readonly ObjectTypeDefinitionNode[], graph: string): readonly string[] {
  const directives = types.flatMap(({ fields = [] }) => fields.flatMap((field) => field.directives ?? []));
  return directives.flatMap((directive) => {
    const { graph: of, provides } = argumentsOf(directive, 'join__field');
    return of === graph && typeof provides === 'string' ? namesIn(provides) : [];
  });
}

function keysOf({ directives = [] }: ObjectTypeDefinitionNode, graph: string): readonly string[] {
  return directives.flatMap((directive) => {
    const { graph: of, key } = argumentsOf(directive, 'join__type');
    return of === graph && typeof key === 'string' ? namesIn(key) : [];
  });
}

const roots = new Set(['Query', 'Mutation', 'Subscription']);

/** With another subgraph, which has everything that the link's has but for its other fields of the type, other fields that require something, and root fields. */
function withOwnSubgraph(document: DocumentNode, link: Link, own: string): DocumentNode {
  const both = (directives: readonly ConstDirectiveNode[] = []): readonly ConstDirectiveNode[] =>
    directives.flatMap((directive) =>
      graphOf(directive) === link.graph && argumentsOf(directive, 'join__field')['requires'] === undefined
        ? [directive, inGraph(directive, own)]
        : [directive],
    );
  const fieldOfType = (field: FieldDefinitionNode): FieldDefinitionNode => {
    if (field.name.value === link.field)
      return {
        ...field,
        directives:
          field.directives?.map((directive) =>
            graphOf(directive) === link.graph ? inGraph(directive, own) : directive,
          ) ?? [],
      };
    return link.told.has(field.name.value) ? { ...field, directives: both(field.directives) } : field;
  };
  return {
    ...document,
    definitions: document.definitions.map((definition) => {
      if (isGraphEnum(definition)) {
        const values = definition.values?.flatMap((value) =>
          value.name.value === link.graph ? [value, ownGraph(value, own)] : [value],
        );
        return { ...definition, values: values ?? [] };
      }
      if (!('name' in definition)) return definition;
      // It has the root types, because fields lead back to them, and none of their fields.
      if (definition.kind === Kind.OBJECT_TYPE_DEFINITION && roots.has(definition.name.value))
        return { ...definition, directives: both(definition.directives) };
      if (definition.kind === Kind.OBJECT_TYPE_DEFINITION && definition.name.value === link.type)
        return {
          ...definition,
          directives: both(definition.directives),
          fields: definition.fields?.map(fieldOfType) ?? [],
        };
      return visit(definition, {
        enter: (node) =>
          'directives' in node && Array.isArray(node.directives)
            ? { ...node, directives: both(node.directives as readonly ConstDirectiveNode[]) }
            : undefined,
      });
    }),
  };
}

function ownGraph(
  { directives = [], ...value }: EnumValueDefinitionNode,
  name: string,
): EnumValueDefinitionNode {
  return {
    ...value,
    name: { kind: Kind.NAME, value: name },
    directives: directives.map((directive) => given(directive, 'name', { kind: Kind.STRING, value: name })),
  };
}

function isGraphEnum(definition: DocumentNode['definitions'][number]): definition is EnumTypeDefinitionNode {
  return definition.kind === Kind.ENUM_TYPE_DEFINITION && definition.name.value === 'join__Graph';
}

function graphOf({ arguments: all = [] }: ConstDirectiveNode): string | undefined {
  const value = all.find(({ name }) => name.value === 'graph')?.value;
  return value?.kind === Kind.ENUM ? value.value : undefined;
}

function given(directive: ConstDirectiveNode, name: string, value: ConstValueNode): ConstDirectiveNode {
  return {
    ...directive,
    arguments:
      directive.arguments?.map((argument) =>
        argument.name.value === name ? { ...argument, value } : argument,
      ) ?? [],
  };
}

function inGraph(directive: ConstDirectiveNode, value: string): ConstDirectiveNode {
  return given(directive, 'graph', { kind: Kind.ENUM, value });
}
