import type {
  PlanNode as ApolloNode,
  FetchDataRewrite,
  FetchNode,
  QueryPlan,
  QueryPlanSelectionNode,
} from '@apollo/query-planner';
import {
  fetchAt,
  nodesOf,
  type Plan,
  type PlanPath,
  type PlanStep,
  type Requirement,
  type Rewriting,
} from './plan.ts';

const fragmentMark = '... on ';

/** A plan of `@apollo/query-planner` in our words. */
export function fromApolloPlan({ node }: QueryPlan): Plan {
  if (node === undefined) return undefined;
  if (node.kind !== 'Subscription') return translate(node, []);
  // Once per event the primary fetch is an ordinary call: its subgraph finds the event in the call's context.
  const rest = node.rest === undefined ? undefined : translate(node.rest, []);
  return nodesOf('sequence', [translate(node.primary, []), rest]);
}

function translate(node: ApolloNode, path: PlanPath): Plan {
  switch (node.kind) {
    case 'Fetch':
      return fetchOf(node, path);
    case 'Flatten':
      return translate(node.node, [...path, ...node.path.map(String)]);
    case 'Sequence':
    case 'Parallel':
      return nodesOf(
        node.kind === 'Sequence' ? 'sequence' : 'parallel',
        node.nodes.map((child) => translate(child, path)),
      );
    case 'Condition':
    case 'Defer':
      // Conditions are decided before planning, and nobody asked for incremental delivery.
      throw new TypeError(`a plan with ${node.kind}`);
  }
}

function fetchOf(node: FetchNode, path: PlanPath): Plan {
  const fetch = {
    subgraph: node.serviceName,
    operation: node.operation,
    operationName: node.operationName,
    variables: node.variableUsages ?? [],
    inputRewrites: rewritings(node.inputRewrites),
    outputRewrites: rewritings(node.outputRewrites),
  };
  return fetchAt(path, fetch, node.requires && requirements(node.requires));
}

function requirements(selections: readonly QueryPlanSelectionNode[]): readonly Requirement[] {
  return selections.map((selection) => {
    if (selection.kind === 'InlineFragment')
      return { kind: 'fragment', on: selection.typeCondition, below: requirements(selection.selections) };
    const key = selection.alias ?? selection.name;
    return { kind: 'field', from: key, to: key, below: requirements(selection.selections ?? []) };
  });
}

function rewritings(rewrites: readonly FetchDataRewrite[] = []): readonly Rewriting[] {
  return rewrites.flatMap((rewrite): Rewriting[] => {
    const key = rewrite.path.at(-1);
    if (key === undefined) return [];
    const path = rewrite.path.slice(0, -1).map(step);
    return rewrite.kind === 'ValueSetter'
      ? [{ kind: 'set', path, key, value: rewrite.setValueTo }]
      : [{ kind: 'rename', path, key, to: rewrite.renameKeyTo }];
  });
}

function step(text: string): PlanStep {
  return text.startsWith(fragmentMark) ? { types: [text.slice(fragmentMark.length)] } : text;
}
