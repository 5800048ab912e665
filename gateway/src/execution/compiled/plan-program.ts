import type { FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner';
import { compileFetch } from './compiled-fetch.ts';
import type { PlanProgram } from './plan-run.ts';
import type { SubgraphFetch } from './subgraph-fetch.ts';
import type { TypeCondition } from './type-conditions.ts';

export interface PlanParts {
  /** Asks the subgraph of that name. */
  readonly fetchFrom: (subgraph: string) => SubgraphFetch;
  /** Over the whole supergraph: plans name types that clients do not see. */
  readonly applies: TypeCondition;
}

const nothing: PlanProgram = () => Promise.resolve();

/** Compiles a plan to closures, once per operation. What does not depend on variables or data is decided here. */
export function compilePlan({ node }: QueryPlan, parts: PlanParts): PlanProgram {
  if (node === undefined) return nothing;
  if (node.kind !== 'Subscription') return compileNode(node, [], parts);
  // Once per event the primary fetch is an ordinary call: its subgraph finds the event in the call's context.
  const primary = compileNode(node.primary, [], parts);
  return node.rest === undefined ? primary : inTurn([primary, compileNode(node.rest, [], parts)]);
}

function compileNode(node: PlanNode, path: readonly string[], parts: PlanParts): PlanProgram {
  switch (node.kind) {
    case 'Fetch':
      return fetchAt(node, path, parts);
    case 'Flatten':
      return compileNode(node.node, [...path, ...node.path.map(String)], parts);
    case 'Sequence':
      return inTurn(node.nodes.map((child) => compileNode(child, path, parts)));
    case 'Parallel':
      return together(node.nodes.map((child) => compileNode(child, path, parts)));
    case 'Condition':
    case 'Defer':
      // Conditions are decided before planning, and nobody asked for incremental delivery.
      throw new TypeError(`a plan with ${node.kind}`);
  }
}

function fetchAt(node: FetchNode, path: readonly string[], parts: PlanParts): PlanProgram {
  return compileFetch(node, { path, fetch: parts.fetchFrom(node.serviceName), applies: parts.applies });
}

function inTurn(programs: readonly PlanProgram[]): PlanProgram {
  const [only] = programs;
  if (programs.length === 1 && only !== undefined) return only;
  return async (run) => {
    for (const program of programs) await program(run);
  };
}

function together(programs: readonly PlanProgram[]): PlanProgram {
  const [only] = programs;
  if (programs.length === 1 && only !== undefined) return only;
  return async (run) => {
    await Promise.all(programs.map((program) => program(run)));
  };
}
