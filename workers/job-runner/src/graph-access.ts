import { asPrincipal } from '@tributary/job-queue';
import { CodedError, newId } from '@tributary/runtime';
import type { AssertionMinter, GraphExecutor, Principal } from '@tributary/subgraph-kit';
import type { RunGraph } from './run-graph.ts';

const deadlineMs = 60_000;

/**
 * The graph as a run sees it: an assertion names the principal it acts for, with the rights it is given here (`HeldRun.acting`), and the run itself.
 * Operations are named, so that traces and figures say what jobs ask for.
 */
export function graphForRuns(parts: {
  readonly minter: AssertionMinter;
  readonly execute: GraphExecutor;
}): RunGraph {
  return async (run, { query, variables }, signal) => {
    const assertion = await parts.minter.mint(actingPrincipal(run));
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]);
    const [, operationName] = /^\s*(?:query|mutation)\s+(\w+)/.exec(query) ?? [];
    if (operationName === undefined)
      throw new CodedError('BAD_USER_INPUT', 'An operation of a job is a query or mutation with a name.');
    return parts.execute({
      query,
      operationName,
      variables,
      assertion,
      requestId: newId(),
      signal: deadline,
    });
  };
}

/** Whoever the run acts for, and the run itself, as the graph and the doors are to know them. */
export function actingPrincipal(run: Parameters<RunGraph>[0]): Principal {
  return { ...asPrincipal(run), runId: run.id };
}
