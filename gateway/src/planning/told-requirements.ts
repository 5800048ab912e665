import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  type SelectionNode,
} from 'graphql';
import { withoutSpreads } from '../execution/named-fragments.ts';
import { selectionsIn } from './context-fields.ts';
import {
  type EntityFetch,
  fetchesOf,
  type Plan,
  type PlanPath,
  type Requirement,
  type RootFetch,
} from './plan.ts';
import { saidFields } from './said-fields.ts';
import { addressesIn } from './subgraph-addresses.ts';

/** What one subgraph has of the graph's fields, each by `Type.field`. */
interface Known {
  readonly requires: Map<string, readonly SelectionNode[]>;
  /** What it is told, for it does not resolve it. */
  readonly external: Set<string>;
  /** The names of fields that require something. */
  readonly names: Set<string>;
}

/** A field of a fetch that may require something. */
export interface RequiringField {
  readonly field: FieldNode;
  /** By the keys that lead to it in the answer. */
  readonly path: readonly string[];
  readonly isTold: boolean;
}

interface Place {
  readonly type: string | undefined;
  readonly keys: readonly string[];
  /** Of look-ups; elsewhere a subgraph knows what it is asked for beside a field. */
  readonly told?: Told | undefined;
}

interface Found {
  readonly known: Known;
  readonly fields: RequiringField[];
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
    for (const { graph, name, address, isExternal, requires } of saidFields(supergraphSchema)) {
      const known: Known = byGraph.get(graph) ?? {
        requires: new Map(),
        external: new Set(),
        names: new Set(),
      };
      byGraph.set(graph, known);
      if (isExternal) known.external.add(address);
      if (requires === undefined) continue;
      known.requires.set(address, selectionsIn(requires));
      known.names.add(name);
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
    return fetchesOf(plan).some((fetch) => this.requiringIn(fetch).fields.some(({ isTold }) => !isTold));
  }

  /** The fields of a fetch that require something, and its text as it was read to find them; that is undefined where there are none. */
  requiringIn(fetch: RootFetch | EntityFetch): {
    readonly document: DocumentNode | undefined;
    readonly fields: readonly RequiringField[];
  } {
    const known = this.#known.get(fetch.subgraph);
    // Most fetches ask for none of them, which is seen without reading the text.
    if (known === undefined || ![...known.names].some((name) => fetch.operation.includes(name)))
      return { document: undefined, fields: [] };
    const document = withoutSpreads(parse(fetch.operation, { noLocation: true }));
    const fields: RequiringField[] = [];
    for (const definition of document.definitions) {
      if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
      const { selections } = definition.selectionSet;
      const type = this.#schema.getRootType(definition.operation)?.name;
      if (fetch.kind === 'root')
        this.#collect(selections, { type, keys: keysIn(fetch.path) }, { known, fields });
      else
        for (const selection of selections) {
          if (selection.kind !== Kind.FIELD) continue;
          const group = fetch.groups.find(({ key }) => key === (selection.alias ?? selection.name).value);
          const below = selection.selectionSet?.selections ?? [];
          const told = group && this.#toldBy(group.requires);
          const keys = keysIn(group?.paths[0] ?? []);
          this.#collect(below, { type: undefined, keys, told }, { known, fields });
        }
    }
    return { document, fields };
  }

  #collect(selections: readonly SelectionNode[], place: Place, found: Found): void {
    const { type, keys, told = this.#askedBy(selections) } = place;
    for (const selection of selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) continue;
      const below = selection.selectionSet?.selections ?? [];
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        this.#collect(below, { type: selection.typeCondition?.name.value ?? type, keys, told }, found);
        continue;
      }
      if (type === undefined) continue;
      const { known, fields } = found;
      const name = selection.name.value;
      const path = [...keys, (selection.alias ?? selection.name).value];
      if (known.names.has(name))
        fields.push({ field: selection, path, isTold: this.#isTold(type, name, { known, told }) });
      this.#collect(below, { type: this.#below(type, name), keys: path }, found);
    }
  }

  #isTold(
    type: string,
    name: string,
    { known, told }: { readonly known: Known; readonly told: Told | undefined },
  ): boolean {
    return [type, ...this.#implementing(type)].every((of) =>
      (known.requires.get(`${of}.${name}`) ?? []).every((each) => this.#has(each, of, { known, told })),
    );
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

function keysIn(path: PlanPath): readonly string[] {
  return path.filter((step) => typeof step === 'string').filter((step) => step !== '@');
}

/** Of several under one name, all that is below any of them. */
function all(found: readonly { readonly below: Told }[]): { readonly below: Told } | undefined {
  if (found.length === 0) return undefined;
  return { below: (type, name) => all(found.flatMap(({ below }) => below(type, name) ?? [])) };
}
