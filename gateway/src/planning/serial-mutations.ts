import {
  type DocumentNode,
  type FieldNode,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import { operationAlone } from '../execution/compiled/operation-alone.ts';
import { fetchPlaces } from './fetch-places.ts';
import { type EntityFetch, fetchesOf, nodesOf, type Plan, type PlanNode, type RootFetch } from './plan.ts';
import type { Planner } from './planner.ts';

/**
 * The root fields of a mutation are executed one after the other, each with all that is below it (GraphQL §6.2.2). Planners ask a subgraph for all it has of them in a
 * row, though something below the first be looked up elsewhere; Hive's looks that up beside the mutation that comes next, or after it. Such an operation is planned in parts, none of
 * which has anything to look up but below its last field. What one subgraph has all of stays one fetch. The parts of an operation take no longer to plan than the whole did.
 */
export function withSerialMutations(planner: Planner): Planner {
  return {
    plan: async (document, operationName, by) => {
      const plan = await planner.plan(document, operationName, by);
      const operation = getOperationAST(document, operationName);
      if (plan === undefined || operation?.operation !== OperationTypeNode.MUTATION) return plan;
      const runs = runsToPlan(rootFieldsOf(operation), plan);
      if (runs.length < 2) return plan;
      // What has begun is made to its end, for whoever came to wait for it meanwhile.
      const begun = { ...by, asking: { hash: by.asking?.hash } };
      const parts: Plan[] = [];
      for (const run of runs)
        parts.push(await planner.plan(partOf(document, operation, run.flat()), operationName, begun));
      return nodesOf('sequence', parts);
    },
    close: async () => planner.close?.(),
  };
}

/** The nodes under one response key, which are one field. */
type RootField = readonly FieldNode[];

/** In the order of the operation. Fragments at the root are written out before planning. */
function rootFieldsOf({ selectionSet }: OperationDefinitionNode): ReadonlyMap<string, RootField> {
  const found = new Map<string, FieldNode[]>();
  for (const selection of selectionSet.selections) {
    if (selection.kind !== Kind.FIELD) throw new TypeError('a root field in a fragment');
    const key = (selection.alias ?? selection.name).value;
    found.set(key, [...(found.get(key) ?? []), selection]);
  }
  return found;
}

/** The fields of the parts that an operation is to be planned in; none where the plan is right. */
function runsToPlan(
  fields: ReadonlyMap<string, RootField>,
  plan: PlanNode,
): readonly (readonly RootField[])[] {
  if (fields.size < 2) return [];
  const asked = askedBy(plan, fields);
  const runs = runsOf([...fields.keys()], asked);
  if (isInOrder(plan, runs, asked)) return [];
  return runs.map((keys) => keys.flatMap((key) => [fields.get(key) ?? []]));
}

interface Asked {
  /** The fetch that brings each root field, */
  readonly fetchOf: ReadonlyMap<string, PlanNode>;
  /** and the root fields below which something is fetched besides. */
  readonly lookedUp: ReadonlySet<string>;
}

function askedBy(plan: PlanNode, fields: ReadonlyMap<string, RootField>): Asked {
  const fetchOf = new Map<string, PlanNode>();
  const lookedUp = new Set<string>();
  for (const fetch of fetchesOf(plan)) {
    if (isMutation(fetch)) {
      // It may have names of its own for some, and ask for more.
      for (const key of fetchPlaces(fetch).brought) if (fields.has(key)) fetchOf.set(key, fetch);
    } else for (const key of keysAbove(fetch)) lookedUp.add(key);
  }
  return { fetchOf, lookedUp };
}

/** Root fields in a row that may go in one fetch: below all but the last nothing is to be looked up. */
function runsOf(keys: readonly string[], { fetchOf, lookedUp }: Asked): readonly (readonly string[])[] {
  const runs: string[][] = [];
  for (const key of keys) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    const isOne = last !== undefined && !lookedUp.has(last) && fetchOf.get(last) === fetchOf.get(key);
    if (run !== undefined && isOne) run.push(key);
    else runs.push([key]);
  }
  return runs;
}

/** Whether a plan fetches the runs one after the other, and after each what is to be looked up below it. */
function isInOrder(plan: PlanNode, runs: readonly (readonly string[])[], { fetchOf }: Asked): boolean {
  let at = -1;
  for (const step of stepsOf(plan)) {
    if (isMutation(step)) {
      at += 1;
      const keys = [...fetchOf].flatMap(([key, fetch]) => (fetch === step ? [key] : []));
      const run = new Set(runs[at]);
      if (keys.length !== run.size || !keys.every((key) => run.has(key))) return false;
      continue;
    }
    const last = runs[at]?.at(-1);
    const isBelow = fetchesOf(step).every(
      (fetch) => !isMutation(fetch) && keysAbove(fetch).every((key) => key === last),
    );
    if (!isBelow) return false;
  }
  return at === runs.length - 1;
}

/** What a plan does after one another. */
function stepsOf(node: PlanNode): readonly PlanNode[] {
  return node.kind === 'sequence' ? node.nodes.flatMap(stepsOf) : [node];
}

function isMutation(node: PlanNode): node is RootFetch {
  return node.kind === 'root' && node.path.length === 0;
}

/** The root fields below which something is fetched. */
function keysAbove(fetch: RootFetch | EntityFetch): readonly string[] {
  const paths = fetch.kind === 'root' ? [fetch.path] : fetch.groups.flatMap((group) => group.paths);
  return paths.map((path) => path.find((step) => typeof step === 'string') ?? '');
}

function partOf(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  selections: readonly FieldNode[],
): DocumentNode {
  const part = { ...operation, selectionSet: { ...operation.selectionSet, selections } };
  const definitions = document.definitions.map((each) => (each === operation ? part : each));
  return operationAlone({ ...document, definitions }, part);
}
