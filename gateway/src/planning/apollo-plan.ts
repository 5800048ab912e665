import type {
  PlanNode as ApolloNode,
  FetchDataRewrite,
  FetchNode,
  QueryPlan,
  QueryPlanSelectionNode,
} from '@apollo/query-planner';
import {
  type ContextArgument,
  type ContextSource,
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
      return translate(node.node, [...path, ...node.path.flatMap((each) => answerSteps(String(each)))]);
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
  const context = contextArguments(node.contextRewrites);
  const fetch = {
    subgraph: node.serviceName,
    operation: node.operation,
    operationName: node.operationName,
    variables: (node.variableUsages ?? []).filter((name) =>
      context.every(({ variable }) => variable !== name),
    ),
    inputRewrites: rewritings(node.inputRewrites),
    outputRewrites: rewritings(node.outputRewrites),
    context,
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

/** What it calls rewrites are paths: `..` for each field up, then down to a value. Several lead to one variable where several types may set a context. */
function contextArguments(rewrites: FetchNode['contextRewrites'] = []): readonly ContextArgument[] {
  const found = new Map<string, ContextSource[]>();
  for (const { path, renameKeyTo: variable } of rewrites) {
    const down = path.findIndex((text) => text !== '..');
    const levels = down < 0 ? path.length : down;
    const sources = found.get(variable) ?? [];
    sources.push({ levels, path: path.slice(levels).map(step) });
    found.set(variable, sources);
  }
  return [...found].map(([variable, sources]) => ({
    variable,
    // A context is what the nearest object above sets; the planner lists those of several paths as it met them.
    sources: sources.sort((one, other) => one.levels - other.levels),
  }));
}

function step(text: string): PlanStep {
  return text.startsWith(fragmentMark) ? { types: [text.slice(fragmentMark.length)] } : text;
}

/** Of objects of some types only it writes `key|[Type,Other]`, and nothing before the bar where they are all around. */
function answerSteps(text: string): PlanPath {
  const [key = '', types] = text.split('|');
  return [
    ...(key === '' ? [] : [key]),
    ...(types === undefined ? [] : [{ types: types.slice(1, -1).split(',') }]),
  ];
}
