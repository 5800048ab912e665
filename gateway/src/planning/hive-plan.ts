import type {
  BatchFetchNode,
  FetchNode,
  FetchNodePathSegment,
  FetchRewrite,
  FlattenNodePathSegment,
  PlanNode as HiveNode,
  QueryPlan,
  RequiresSelection,
} from '@graphql-hive/router-query-planner';
import {
  fetchAt,
  nodesOf,
  type Plan,
  type PlanPath,
  type PlanStep,
  type Requirement,
  type Rewriting,
} from './plan.ts';

/** A plan of `@graphql-hive/router-query-planner` in our words. */
export function fromHivePlan({ node }: QueryPlan): Plan {
  return node === undefined || node === null ? undefined : translate(node, []);
}

function translate(node: HiveNode, path: PlanPath): Plan {
  switch (node.kind) {
    case 'Fetch':
      return fetchOf(node, path);
    case 'BatchFetch':
      return batchOf(node);
    case 'Flatten':
      return translate(node.node, [...path, ...node.path.map(answerStep)]);
    case 'Sequence':
    case 'Parallel':
      return nodesOf(
        node.kind === 'Sequence' ? 'sequence' : 'parallel',
        node.nodes.map((child) => translate(child, path)),
      );
    case 'Subscription':
      // It comes without a kind, whatever its type says.
      return fetchOf(node.primary, path);
    case 'Condition':
    case 'Defer':
      // Conditions are decided before planning, and nobody asked for incremental delivery.
      throw new TypeError(`a plan with ${node.kind}`);
  }
}

function facts(node: FetchNode | BatchFetchNode) {
  const { serviceName: subgraph, operation, operationName, variableUsages: variables = [] } = node;
  return { subgraph, operation, operationName, variables };
}

function fetchOf(node: FetchNode, path: PlanPath): Plan {
  const inputRewrites = rewritings(node.inputRewrites);
  const outputRewrites = rewritings(node.outputRewrites);
  const fetch = { ...facts(node), inputRewrites, outputRewrites, context: [] };
  return fetchAt(path, fetch, node.requires && requirements(node.requires));
}

/** Several look-ups of one subgraph in one call; their paths begin at the root. */
function batchOf(node: BatchFetchNode): Plan {
  const groups = node.entityBatch.aliases.map((alias) => ({
    key: alias.alias,
    variable: alias.representationsVariableName,
    paths: alias.paths.map((path) => path.map(answerStep)),
    requires: requirements(alias.requires),
    inputRewrites: rewritings(alias.inputRewrites),
    outputRewrites: rewritings(alias.outputRewrites),
  }));
  return { ...facts(node), kind: 'entities', groups, context: [] };
}

function answerStep(segment: FlattenNodePathSegment): PlanStep {
  if (segment === '@') return '@';
  return 'Field' in segment ? segment.Field : { types: segment.TypeCondition };
}

function requirements(selections: readonly RequiresSelection[] = []): readonly Requirement[] {
  return selections.map((selection) => {
    if (selection.kind === 'Field') {
      const { name, alias = name, selections: below } = selection;
      return { kind: 'field', from: name, to: alias, below: requirements(below) };
    }
    if (selection.kind === 'InlineFragment')
      return { kind: 'fragment', on: selection.typeCondition, below: requirements(selection.selections) };
    throw new TypeError('a requirement with a named fragment');
  });
}

function rewritings(rewrites: readonly FetchRewrite[] = []): readonly Rewriting[] {
  return rewrites.flatMap((rewrite): Rewriting[] => {
    const setter =
      'ValueSetter' in rewrite ? rewrite.ValueSetter : 'setValueTo' in rewrite ? rewrite : undefined;
    const renamer = 'KeyRenamer' in rewrite ? rewrite.KeyRenamer : undefined;
    const { path = [] } = setter ?? renamer ?? {};
    const last = path.at(-1);
    if (last === undefined || !('Key' in last)) return [];
    const before = path.slice(0, -1).map(dataStep);
    if (setter !== undefined) return [{ kind: 'set', path: before, key: last.Key, value: setter.setValueTo }];
    return renamer === undefined
      ? []
      : [{ kind: 'rename', path: before, key: last.Key, to: renamer.renameKeyTo }];
  });
}

function dataStep(segment: FetchNodePathSegment): PlanStep {
  return 'Key' in segment ? segment.Key : { types: segment.TypenameEquals };
}
