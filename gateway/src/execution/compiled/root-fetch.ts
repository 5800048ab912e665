import type { RootFetch } from '../../planning/plan.ts';
import { askSubgraph, renamesOf, variableReader } from './asked-subgraph.ts';
import { fetchErrors } from './fetch-errors.ts';
import type { PlanParts } from './plan-parts.ts';
import type { PlanProgram } from './plan-run.ts';
import { objectsAt, pathsAt } from './response-path.ts';
import { fetchShapes, mergeInto } from './response-shape.ts';
import { compileRewrites } from './rewrites.ts';

/** Compiles a fetch of root fields: what to send, and where its answer goes. */
export function compileRootFetch(node: RootFetch, { fetchFrom, applies }: PlanParts): PlanProgram {
  const { path } = node;
  const fetch = fetchFrom(node.subgraph);
  const rewrite = compileRewrites(node.outputRewrites, applies);
  const shape = fetchShapes(node.operation, renamesOf(node.outputRewrites)).answer;
  const variablesOf = variableReader(node.variables);
  return askSubgraph(node, async (run) => {
    const targets = path.length === 0 ? [run.data] : objectsAt(run.data, path, applies);
    if (targets.length === 0) return;
    const { operation: query, operationName } = node;
    const variables = variablesOf(run.variables);
    const { data, errors } = await fetch({ query, operationName, variables }, run.scope);
    if (errors !== undefined) {
      const places = (): ReturnType<typeof pathsAt> => pathsAt(run.data, path, applies).slice(0, 1);
      run.errors.push(...fetchErrors(node.subgraph, places)(errors));
    }
    if (data === null) {
      if (path.length === 0 && errors !== undefined)
        for (const { key } of shape.keys) run.unanswered.add(key);
      return;
    }
    rewrite?.(data);
    for (const target of targets) mergeInto(target, data, shape);
  });
}
