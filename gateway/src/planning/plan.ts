/**
 * A query plan in our own words: what to ask of which subgraph, in what order, and where in the answer it belongs. Planners are translated to it, and the
 * executor compiles it. Conditions were decided before planning, so there are none.
 */
export type Plan = PlanNode | undefined;

export type PlanNode = SequenceNode | ParallelNode | RootFetch | EntityFetch;

export interface SequenceNode {
  readonly kind: 'sequence';
  readonly nodes: readonly PlanNode[];
}

export interface ParallelNode {
  readonly kind: 'parallel';
  readonly nodes: readonly PlanNode[];
}

export interface Fetch {
  readonly subgraph: string;
  readonly operation: string;
  readonly operationName: string | undefined;
  /** The client's variables that it uses. */
  readonly variables: readonly string[];
  /** Where those who ask are told where they ask for. */
  readonly place?: FetchPlace;
}

/** Where a fetch stands: its objects in the answer, and the plan it belongs to. */
export interface FetchPlace {
  /** Keys, and `@` for the elements of a list. Of several places the first. */
  readonly path: readonly string[];
  readonly plan: PlanNode;
}

/** Asks for fields of a root type: of the operation itself, or of a `Query` that some other field leads back to. */
export interface RootFetch extends Fetch {
  readonly kind: 'root';
  /** The objects whose fields it fills in; the root when empty. */
  readonly path: PlanPath;
  readonly outputRewrites: readonly Rewriting[];
}

/** Asks for fields of entities by their keys, of several groups at once where the planner joined them. */
export interface EntityFetch extends Fetch {
  readonly kind: 'entities';
  readonly groups: readonly EntityGroup[];
  /** Arguments that its one group has from context; mostly none. */
  readonly context: readonly ContextArgument[];
}

/** A variable of a fetch whose value stands above each entity in the answer (`@fromContext`), so that it differs from one to the next. */
export interface ContextArgument {
  readonly variable: string;
  /** Where it may stand. The nearest that is there counts. */
  readonly sources: readonly ContextSource[];
}

export interface ContextSource {
  /** So many fields up from the entity, */
  readonly levels: number;
  /** and from there along this path, through lists wherever they are. */
  readonly path: PlanPath;
}

/** Entities of one `_entities` field of a fetch. */
export interface EntityGroup {
  /** Under which the answer has them. */
  readonly key: string;
  /** The variable of the fetch that takes their keys. */
  readonly variable: string;
  /** Where in the answer they stand. */
  readonly paths: readonly PlanPath[];
  readonly requires: readonly Requirement[];
  readonly inputRewrites: readonly Rewriting[];
  readonly outputRewrites: readonly Rewriting[];
}

/** What a subgraph needs to know of an entity. */
export type Requirement =
  | {
      readonly kind: 'field';
      /** Its key in the answer so far. */
      readonly from: string;
      /** Its key in the representation. */
      readonly to: string;
      readonly below: readonly Requirement[];
    }
  | { readonly kind: 'fragment'; readonly on: string | undefined; readonly below: readonly Requirement[] };

/**
 * A place in the answer: response keys, `@` for every element of a list, and objects of some types only. Of lists in a list Apollo's planner writes an `@`
 * for each and Hive's one for all: they are walked wherever they are.
 */
export type PlanPath = readonly PlanStep[];
export type PlanStep = string | TypeStep;

/** Objects of some types only, */
export interface TypeStep {
  readonly types: readonly string[];
  /** and those of which no more is known than this, the name of an interface. */
  readonly unknown?: string;
}

/** A change of data on its way into or out of a fetch, at a path without lists: they are walked wherever they are. */
export type Rewriting =
  | { readonly kind: 'set'; readonly path: PlanPath; readonly key: string; readonly value: unknown }
  | { readonly kind: 'rename'; readonly path: PlanPath; readonly key: string; readonly to: string };

/** What planners say of a fetch. */
export type PlannedFetch = Fetch &
  Pick<EntityGroup, 'inputRewrites' | 'outputRewrites'> &
  Pick<EntityFetch, 'context'>;

/** A fetch as planners have it: of root fields, or, where it requires something, of entities. */
export function fetchAt(
  path: PlanPath,
  fetch: PlannedFetch,
  requires: EntityGroup['requires'] | undefined,
): RootFetch | EntityFetch {
  const { inputRewrites, outputRewrites, context, ...asked } = fetch;
  if (requires === undefined) return { ...asked, kind: 'root', path, outputRewrites };
  // The names that the federation specification gives to the field and its argument.
  const names = { key: '_entities', variable: 'representations' };
  return {
    ...asked,
    kind: 'entities',
    context,
    groups: [{ ...names, paths: [path], requires, inputRewrites, outputRewrites }],
  };
}

/** Nodes after one another, or at once, without a level that says nothing. */
export function nodesOf(kind: 'sequence' | 'parallel', nodes: readonly Plan[]): Plan {
  const present = nodes.filter((node) => node !== undefined);
  return present.length > 1 ? { kind, nodes: present } : present[0];
}

/** All fetches of a plan, in its order. */
export function fetchesOf(node: PlanNode): readonly (RootFetch | EntityFetch)[] {
  return node.kind === 'sequence' || node.kind === 'parallel' ? node.nodes.flatMap(fetchesOf) : [node];
}
