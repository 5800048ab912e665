import type { RootFetch } from '../../planning/plan.ts';
import { type AskedFetch, fetchProgram, renamesOf, variableReader } from './asked-subgraph.ts';
import { compileRenamedPath } from './error-places.ts';
import { fetchErrors, placesBelow } from './fetch-errors.ts';
import type { FetchParts } from './plan-parts.ts';
import type { PlanProgram } from './plan-run.ts';
import { PlannedRequest, requestHead } from './planned-request.ts';
import { objectsAt, placesAt } from './response-path.ts';
import { copied, fetchShapes, mergeInto } from './response-shape.ts';
import { compileRewrites } from './rewrites.ts';
import { shareBelow } from './shared-parts.ts';

/** Compiles a fetch of root fields: what to send, and where its answer goes. */
export function compileRootFetch(node: RootFetch, parts: FetchParts): PlanProgram {
  const { path, subgraph } = node;
  const { applies, isAskedApart, passes, size } = parts;
  const rewrite = compileRewrites(node.outputRewrites, applies);
  const renamed = compileRenamedPath(node.outputRewrites);
  const shape = fetchShapes(node.operation, renamesOf(node.outputRewrites), size).answer;
  const variablesOf = variableReader(node.variables);
  const head = requestHead(node, passes);
  const work: AskedFetch['work'] = async (run, ask) => {
    const targets = path.length === 0 ? [run.data] : objectsAt(run, { path, applies });
    if (targets.length === 0) return;
    const answer = await ask(new PlannedRequest(head, variablesOf(run.variables)), run);
    run.passed = answer.passed;
    if (run.passed !== undefined) return;
    const { data, errors } = answer;
    if (errors !== undefined) {
      const [first] = placesAt(run, { path, applies });
      run.errors.push(...fetchErrors(subgraph, errors, placesBelow(first?.path, renamed)));
    }
    if (data === null) {
      if (path.length === 0 && errors !== undefined)
        for (const { key } of shape.keys) run.unanswered.add(key);
      return;
    }
    rewrite?.(data);
    if (targets.length > 1 && !isAskedApart) shareBelow(run.shared, data, shape);
    for (const [at, target] of targets.entries())
      mergeInto(target, isAskedApart && at > 0 ? copied(data, shape) : data, shape);
  };
  return fetchProgram({ subgraph, work }, parts);
}
