import {
  type ConstDirectiveNode,
  type ConstValueNode,
  type DocumentNode,
  type EnumTypeDefinitionNode,
  type EnumValueDefinitionNode,
  type FieldDefinitionNode,
  Kind,
  type NameNode,
  type ObjectTypeDefinitionNode,
  visit,
} from 'graphql';
import { type ChainLink, chainLinksIn } from './chain-links.ts';
import { fieldsIn } from './context-fields.ts';
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
 * nothing but keys besides; where its type has several, a subgraph for each of them: with two in one, a look-up by the one key for the other would bring the field too.
 * @returns undefined where there are no such chains, as in most supergraphs
 */
export function cutChains(document: DocumentNode): CutChains | undefined {
  const names = new Map(addressesIn(document).map(({ graph, name }) => [graph, name]));
  const subgraphs = new Map<string, string>();
  let cut = document;
  for (const link of chainLinksIn(document)) {
    const name = names.get(link.graph);
    if (name === undefined) continue;
    let own = `${link.graph}__${subgraphs.size}`;
    while (names.has(own)) own += '_';
    subgraphs.set(own, name);
    cut = withOwnSubgraph(cut, link, own);
  }
  return subgraphs.size === 0 ? undefined : { document: withoutProvided(cut), subgraphs };
}

/**
 * What a subgraph provides below one field, the planner asks of it everywhere as soon as something requires it, and takes the null for an answer. That it is provided
 * spares a fetch and is no way of its own to entities, so where it is required nobody hears of it.
 */
function withoutProvided(document: DocumentNode): DocumentNode {
  const required = new Set<string>();
  visit(document, {
    [Kind.DIRECTIVE]: (directive) => {
      const { requires } = argumentsOf(directive as ConstDirectiveNode, 'join__field');
      if (typeof requires === 'string') for (const { name } of fieldsIn(requires)) required.add(name.value);
    },
  });
  return visit(document, {
    [Kind.DIRECTIVE]: (directive) => {
      const { provides } = argumentsOf(directive as ConstDirectiveNode, 'join__field');
      const isRequired =
        typeof provides === 'string' && fieldsIn(provides).some(({ name }) => required.has(name.value));
      if (!isRequired) return undefined;
      return {
        ...directive,
        arguments: directive.arguments?.filter(({ name }) => name.value !== 'provides') ?? [],
      };
    },
  });
}

const roots = new Set(['Query', 'Mutation', 'Subscription']);

/**
 * With another subgraph, which has everything that the link's has but for its other fields of the type, other fields that require something, root fields, and fields of
 * types that it is asked of by their keys: those would lead to objects of the type, and from there to the field, with nothing told of them.
 */
function withOwnSubgraph(document: DocumentNode, link: ChainLink, own: string): DocumentNode {
  const both = (directives: readonly ConstDirectiveNode[] = []): readonly ConstDirectiveNode[] =>
    directives.flatMap((directive) =>
      graphOf(directive) === link.graph && argumentsOf(directive, 'join__field')['requires'] === undefined
        ? [directive, inGraph(directive, own)]
        : [directive],
    );
  const joined = ({ name, directives = [] }: ObjectTypeDefinitionNode): readonly ConstDirectiveNode[] =>
    directives.flatMap((directive) => {
      const { key } = argumentsOf(directive, 'join__type');
      const isOther = name.value === link.type && link.key !== undefined && typeof key === 'string';
      return isOther && key !== link.key ? [directive] : both([directive]);
    });
  const fieldOf = (type: ObjectTypeDefinitionNode, field: FieldDefinitionNode): FieldDefinitionNode => {
    const { directives = [] } = field;
    const isLink = type.name.value === link.type && field.name.value === link.field;
    if (isLink)
      return {
        ...field,
        directives: directives.map((each) => (graphOf(each) === link.graph ? inGraph(each, own) : each)),
      };
    return link.needs(type.name.value, field.name.value)
      ? { ...field, directives: both(directives) }
      : namedIn(field, type);
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
      const isAskedByKey =
        link.type === definition.name?.value || link.entities.has(definition.name?.value ?? '');
      if (definition.kind === Kind.OBJECT_TYPE_DEFINITION && isAskedByKey)
        return {
          ...definition,
          directives: joined(definition),
          fields: definition.fields?.map((field) => fieldOf(definition, field)) ?? [],
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

/** A field of which nothing is said is in every subgraph of its type: from now on in those that the type had. */
function namedIn(
  field: FieldDefinitionNode,
  { directives: ofType = [] }: ObjectTypeDefinitionNode,
): FieldDefinitionNode {
  const { directives = [] } = field;
  if (directives.some(({ name }) => name.value === 'join__field')) return field;
  const graphs = new Set(
    ofType.filter(({ name }) => name.value === 'join__type').flatMap((each) => graphOf(each) ?? []),
  );
  return { ...field, directives: [...directives, ...[...graphs].map(joinedField)] };
}

function joinedField(graph: string): ConstDirectiveNode {
  const name = (value: string): NameNode => ({ kind: Kind.NAME, value });
  const value = { kind: Kind.ENUM, value: graph } as const;
  return {
    kind: Kind.DIRECTIVE,
    name: name('join__field'),
    arguments: [{ kind: Kind.ARGUMENT, name: name('graph'), value }],
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
