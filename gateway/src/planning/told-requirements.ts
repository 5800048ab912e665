import {
  type DocumentNode,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  type SelectionNode,
} from 'graphql';
import { withoutSpreads } from '../execution/named-fragments.ts';
import { fieldsIn, selectionsIn } from './context-fields.ts';
import { argumentsOf } from './directive-arguments.ts';
import type { EntityFetch, Plan, Requirement, RootFetch } from './plan.ts';
import { fetchesOf } from './plan.ts';
import { addressesIn } from './subgraph-addresses.ts';

/** What one subgraph has of the graph's fields, each by `Type.field`. */
interface Known {
  readonly requires: Map<string, readonly SelectionNode[]>;
  /** What it is told, for it does not resolve it. */
  readonly external: Set<string>;
  /** The names of fields that require something. */
  readonly names: Set<string>;
}

/** A set of fields in which others are looked for: what a subgraph is told of an object, or is asked for beside a field. */
type Told = (type: string, name: string) => { readonly below: Told } | undefined;

/**
 * Whether plans ask subgraphs for fields with `@requires` only where they tell what these require. A planner that does otherwise is answered all the same, with a
 * value that was worked out from nothing.
 */
export class ToldRequirements {
  readonly #schema: GraphQLSchema;
  /** By the names that plans have for a subgraph; those alone of which a field requires something. */
  readonly #known = new Map<string, Known>();

  constructor(supergraph: DocumentNode, supergraphSchema: GraphQLSchema) {
    this.#schema = supergraphSchema;
    const byGraph = new Map<string, Known>();
    for (const type of Object.values(supergraphSchema.getTypeMap())) {
      if (!isObjectType(type) && !isInterfaceType(type)) continue;
      const keys = new Set(
        (type.astNode?.directives ?? []).flatMap((directive) => {
          const { key, graph } = argumentsOf(directive, 'join__type');
          return typeof key === 'string' ? fieldsIn(key).map(({ name }) => `${graph} ${name.value}`) : [];
        }),
      );
      for (const { name, astNode } of Object.values(type.getFields()))
        for (const directive of astNode?.directives ?? []) {
          const { graph, external, requires } = argumentsOf(directive, 'join__field');
          if (typeof graph !== 'string') continue;
          const known: Known = byGraph.get(graph) ?? {
            requires: new Map(),
            external: new Set(),
            names: new Set(),
          };
          byGraph.set(graph, known);
          if (external === true && !keys.has(`${graph} ${name}`)) known.external.add(`${type.name}.${name}`);
          if (typeof requires !== 'string') continue;
          known.requires.set(`${type.name}.${name}`, selectionsIn(requires));
          known.names.add(name);
        }
    }
    for (const { graph, name } of addressesIn(supergraph)) {
      const known = byGraph.get(graph);
      // Planners name subgraphs by either.
      if (known !== undefined && known.names.size > 0) this.#known.set(graph, known).set(name, known);
    }
  }

  /** Whether a plan asks for a field without what it requires. */
  isMissingIn(plan: Plan): boolean {
    if (plan === undefined || this.#known.size === 0) return false;
    return fetchesOf(plan).some((fetch) => this.#isMissingOf(fetch));
  }

  #isMissingOf(fetch: RootFetch | EntityFetch): boolean {
    const known = this.#known.get(fetch.subgraph);
    // Most fetches ask for none of them, which is seen without reading the text.
    if (known === undefined || ![...known.names].some((name) => fetch.operation.includes(name))) return false;
    return withoutSpreads(parse(fetch.operation, { noLocation: true })).definitions.some((definition) => {
      if (definition.kind !== Kind.OPERATION_DEFINITION) return false;
      const { selections } = definition.selectionSet;
      const root = this.#schema.getRootType(definition.operation)?.name;
      if (fetch.kind === 'root') return this.#isMissing(selections, root, { known, told: undefined });
      return selections.some((selection) => {
        if (selection.kind !== Kind.FIELD) return false;
        const group = fetch.groups.find(({ key }) => key === (selection.alias ?? selection.name).value);
        const told = group === undefined ? undefined : this.#toldBy(group.requires);
        return this.#isMissing(selection.selectionSet?.selections ?? [], undefined, { known, told });
      });
    });
  }

  #isMissing(
    selections: readonly SelectionNode[],
    type: string | undefined,
    { known, told = this.#askedBy(selections) }: { readonly known: Known; readonly told: Told | undefined },
  ): boolean {
    return selections.some((selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return false;
      const below = selection.selectionSet?.selections ?? [];
      if (selection.kind === Kind.INLINE_FRAGMENT)
        return this.#isMissing(below, selection.typeCondition?.name.value ?? type, { known, told });
      if (type === undefined) return false;
      const name = selection.name.value;
      const isTold = [type, ...this.#implementing(type)].every((of) =>
        (known.requires.get(`${of}.${name}`) ?? []).every((each) => this.#has(each, of, { known, told })),
      );
      return !isTold || this.#isMissing(below, this.#below(type, name), { known, told: undefined });
    });
  }

  /** Whether something required is told, or known to the subgraph itself. What is required of objects of some types only may be of none. */
  #has(
    selection: SelectionNode,
    type: string,
    { known, told }: { readonly known: Known; readonly told: Told | undefined },
  ): boolean {
    if (selection.kind !== Kind.FIELD) return true;
    const name = selection.name.value;
    const found = told?.(type, name);
    if (found === undefined && known.external.has(`${type}.${name}`)) return false;
    const of = this.#below(type, name);
    const below = selection.selectionSet?.selections ?? [];
    return of === undefined || below.every((each) => this.#has(each, of, { known, told: found?.below }));
  }

  #below(type: string, name: string): string | undefined {
    const of = this.#schema.getType(type);
    const field = isObjectType(of) || isInterfaceType(of) ? of.getFields()[name] : undefined;
    return field && getNamedType(field.type).name;
  }

  #implementing(name: string): readonly string[] {
    const type = this.#schema.getType(name);
    return isInterfaceType(type) ? this.#schema.getPossibleTypes(type).map((each) => each.name) : [];
  }

  /** Whether objects of one type may be of the other, as a fragment has it. */
  #mayBe(type: string, on: string | undefined): boolean {
    if (on === undefined || on === type) return true;
    return this.#implementing(on).includes(type) || this.#implementing(type).includes(on);
  }

  #toldBy(requires: readonly Requirement[]): Told {
    return (type, name) => {
      const found = requires.flatMap((each): readonly { readonly below: Told }[] => {
        if (each.kind === 'field') return each.to === name ? [{ below: this.#toldBy(each.below) }] : [];
        const told = this.#mayBe(type, each.on) ? this.#toldBy(each.below)(type, name) : undefined;
        return told === undefined ? [] : [told];
      });
      return all(found);
    };
  }

  #askedBy(selections: readonly SelectionNode[]): Told {
    return (type, name) => {
      const found = selections.flatMap((each): readonly { readonly below: Told }[] => {
        if (each.kind === Kind.FRAGMENT_SPREAD) return [];
        const below = this.#askedBy(each.selectionSet?.selections ?? []);
        if (each.kind === Kind.FIELD) return each.name.value === name ? [{ below }] : [];
        const told = this.#mayBe(type, each.typeCondition?.name.value) ? below(type, name) : undefined;
        return told === undefined ? [] : [told];
      });
      return all(found);
    };
  }
}

/** Of several under one name, all that is below any of them. */
function all(found: readonly { readonly below: Told }[]): { readonly below: Told } | undefined {
  if (found.length === 0) return undefined;
  return { below: (type, name) => all(found.flatMap(({ below }) => below(type, name) ?? [])) };
}
