import {
  type DocumentNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  isUnionType,
} from 'graphql';
import { argumentsOf } from './directive-arguments.ts';
import { saidFields } from './said-fields.ts';
import { addressesIn } from './subgraph-addresses.ts';

/** A field that has another type in a subgraph than in the graph: one that says more of what it answers. */
export interface OwnType {
  /** As the supergraph's enum names it. */
  readonly graph: string;
  readonly parent: string;
  readonly field: string;
  readonly own: string;
  readonly inGraph: string;
}

/** The types that fields have in subgraphs, and the objects that are of a type there. The graph has what holds in all subgraphs. */
export class SubgraphTypes {
  readonly schema: GraphQLSchema;
  readonly differing: readonly OwnType[];
  readonly #own: ReadonlyMap<string, OwnType>;
  /** By the names that planners have for a subgraph, which are two. */
  readonly #graphs: ReadonlyMap<string, string>;
  readonly #objects = new Map<string, ReadonlySet<string>>();

  constructor(supergraph: DocumentNode, schema: GraphQLSchema) {
    this.schema = schema;
    this.#graphs = new Map(
      addressesIn(supergraph).flatMap(({ graph, name }) => [
        [graph, graph],
        [name, graph],
      ]),
    );
    this.differing = [...saidFields(schema)].flatMap(
      ({ graph, parent, name: field, type: own }): OwnType[] => {
        const inGraph = this.inGraph(parent, field);
        if (own === undefined || inGraph === undefined || own === inGraph) return [];
        return [{ graph, parent, field, own, inGraph }];
      },
    );
    this.#own = new Map(this.differing.map((each) => [`${each.graph} ${each.parent}.${each.field}`, each]));
  }

  /** The type of a field in the graph, as it is written. Unknown of what only subgraphs have, as `_entities`. */
  inGraph(parent: string | undefined, field: string): string | undefined {
    const type = parent === undefined ? undefined : this.schema.getType(parent);
    const known = isObjectType(type) || isInterfaceType(type) ? type.getFields()[field]?.type : undefined;
    return known && String(known);
  }

  /** The same in a subgraph, by either of its names. */
  of(subgraph: string, parent: string | undefined, field: string): string | undefined {
    return this.#own.get(`${this.graphOf(subgraph)} ${parent}.${field}`)?.own ?? this.inGraph(parent, field);
  }

  graphOf(subgraph: string): string {
    return this.#graphs.get(subgraph) ?? subgraph;
  }

  /** What objects of a type can be in a subgraph; an interface that it has as an object is one of them. None where it does not know the type. */
  objectsIn(subgraph: string, name: string): ReadonlySet<string> {
    const graph = this.graphOf(subgraph);
    const key = `${graph} ${name}`;
    const known = this.#objects.get(key) ?? new Set(this.#objectsOf(graph, name));
    this.#objects.set(key, known);
    return known;
  }

  objectsInGraph(name: string): readonly string[] {
    const type = this.schema.getType(name);
    return isAbstractType(type) ? this.schema.getPossibleTypes(type).map((each) => each.name) : [name];
  }

  #objectsOf(graph: string, name: string): readonly string[] {
    const type = this.schema.getType(name);
    if (type === undefined || !isOf(graph, type)) return [];
    if (isUnionType(type))
      return told(type, 'join__unionMember').flatMap(({ graph: by, member }) =>
        by === graph && typeof member === 'string' ? [member] : [],
      );
    if (!isInterfaceType(type) || isObjectIn(graph, type)) return [name];
    return Object.values(this.schema.getTypeMap()).flatMap((each) => {
      if (!isObjectType(each) && !isObjectIn(graph, each)) return [];
      const implementing = told(each, 'join__implements').some(
        (said) => said['graph'] === graph && said['interface'] === name,
      );
      return implementing ? [each.name] : [];
    });
  }
}

const told = (type: GraphQLNamedType, directive: string): readonly Readonly<Record<string, unknown>>[] =>
  (type.astNode?.directives ?? []).map((each) => argumentsOf(each, directive));

const isOf = (graph: string, type: GraphQLNamedType): boolean =>
  told(type, 'join__type').some((said) => said['graph'] === graph);

const isObjectIn = (graph: string, type: GraphQLNamedType): boolean =>
  told(type, 'join__type').some((said) => said['graph'] === graph && said['isInterfaceObject'] === true);

/** The name of a type in what is written of it, as `A` in `[A!]`. */
export function nameIn(type: string): string;
export function nameIn(type: string | undefined): string | undefined;
export function nameIn(type: string | undefined): string | undefined {
  return type?.replaceAll(/\W/g, '');
}
