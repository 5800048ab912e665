import { type DocumentNode, getOperationAST, Kind, parse, print, stripIgnoredCharacters } from 'graphql';
import type { EntityFetch, FetchPlace, PlanNode, RootFetch } from '../planning/plan.ts';
import type { Planner } from '../planning/planner.ts';

/** Hidden from those who walk a plan to see how large it is: what a plan holds is in each of these. */
class PlaceInPlan implements FetchPlace {
  readonly path: readonly string[];
  readonly #plan: () => PlanNode;

  constructor(path: readonly string[], plan: () => PlanNode) {
    this.path = path;
    this.#plan = plan;
  }

  get plan(): PlanNode {
    return this.#plan();
  }
}

/** Names fetches as Apollo's planner does, by the operation, the subgraph and their number in the plan; and notes where each stands. Of operations without a name they have none. */
export function withNamedFetches(planner: Planner): Planner {
  return {
    plan: async (document, operationName, by) => {
      const plan = await planner.plan(document, operationName, by);
      return plan && namedPlan(plan, getOperationAST(document, operationName)?.name?.value);
    },
    close: async () => planner.close?.(),
  };
}

function namedPlan(plan: PlanNode, operationName: string | undefined): PlanNode {
  let fetches = 0;
  const named = (node: PlanNode): PlanNode => {
    if (node.kind === 'sequence' || node.kind === 'parallel')
      return { ...node, nodes: node.nodes.map(named) };
    const at = fetches;
    fetches += 1;
    const fetch = { ...node, place: new PlaceInPlan(pathOf(node), () => whole) };
    if (operationName === undefined) return fetch;
    const name = `${operationName}__${graphQLName(node.subgraph)}__${at}`;
    return { ...fetch, operationName: name, operation: withName(node.operation, name) };
  };
  const whole = named(plan);
  return whole;
}

function pathOf(fetch: RootFetch | EntityFetch): readonly string[] {
  const path = fetch.kind === 'root' ? fetch.path : (fetch.groups[0]?.paths[0] ?? []);
  return path.filter((step) => typeof step === 'string');
}

/** Subgraphs may have names that operations may not have. */
function graphQLName(subgraph: string): string {
  const name = subgraph.replaceAll('-', '_').replaceAll(/\W/g, '');
  return /^\d/.test(name) ? `_${name}` : name;
}

function withName(operation: string, value: string): string {
  const document: DocumentNode = parse(operation, { noLocation: true });
  const definitions = document.definitions.map((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION
      ? { ...definition, name: { kind: Kind.NAME as const, value } }
      : definition,
  );
  return stripIgnoredCharacters(print({ ...document, definitions }));
}
