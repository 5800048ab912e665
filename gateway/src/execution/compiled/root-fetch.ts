import { isNonNullType, Kind, parse } from 'graphql';
import type { RootFetch } from '../../planning/plan.ts';
import { type AskedFetch, fetchProgram, renamesOf, variableReader } from './asked-subgraph.ts';
import { compileRenamedPath } from './error-places.ts';
import { fetchErrors, placesBelow } from './fetch-errors.ts';
import { readOwn } from './own-keys.ts';
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
  const certain =
    path.length === 0 ? certainMutations(node, parts).map((key) => String(renamed([key])[0])) : [];
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
      run.isOver ||= certain.length > 0;
      return;
    }
    rewrite?.(data);
    if (targets.length > 1 && !isAskedApart) shareBelow(run.shared, data, shape);
    for (const [at, target] of targets.entries())
      mergeInto(target, isAskedApart && at > 0 ? copied(data, shape) : data, shape);
    run.isOver ||= certain.some((key) => (readOwn(run.data, key) ?? null) === null);
  };
  return fetchProgram({ subgraph, work }, parts);
}

/** The response keys of mutations that cannot be null in the whole graph. */
function certainMutations({ operation: text }: RootFetch, { schema }: FetchParts): readonly string[] {
  const fields = schema.getMutationType()?.getFields();
  if (fields === undefined || !text.startsWith('mutation')) return [];
  return parse(text, { noLocation: true }).definitions.flatMap((definition) =>
    definition.kind !== Kind.OPERATION_DEFINITION
      ? []
      : definition.selectionSet.selections.flatMap((selection) => {
          if (selection.kind !== Kind.FIELD) return [];
          const key = (selection.alias ?? selection.name).value;
          return isNonNullType(fields[selection.name.value]?.type) ? [key] : [];
        }),
  );
}
