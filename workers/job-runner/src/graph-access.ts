import { asPrincipal } from '@tributary/job-queue';
import { newId } from '@tributary/runtime';
import {
  type AssertionMinter,
  type GraphExecutor,
  namedOperation,
  type Principal,
} from '@tributary/subgraph-kit';
import type { RunGraph } from './run-graph.ts';

const deadlineMs = 60_000;

/**
 * The graph as a run sees it: an assertion names the principal it acts for, with the rights it is given here (`HeldRun.acting`), and the run itself.
 * An operation without a name has its job's, so that traces and figures say what jobs ask for.
 */
export function graphForRuns(parts: {
  readonly minter: AssertionMinter;
  readonly execute: GraphExecutor;
}): RunGraph {
  return async (run, { query, variables }, signal) => {
    const operation = namedOperation(query, operationNameOf(run.job));
    const assertion = await parts.minter.mint(actingPrincipal(run));
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]);
    return parts.execute({
      ...operation,
      variables,
      assertion,
      requestId: newId(),
      signal: deadline,
    });
  };
}

/** `count-airports` asks as `CountAirports`. */
function operationNameOf(job: string): string {
  return job.replaceAll(/(?:^|-+)([a-z0-9]?)/g, (_, letter: string) => letter.toUpperCase());
}

/** Whoever the run acts for, and the run itself, as the graph and the doors are to know them. */
export function actingPrincipal(run: Parameters<RunGraph>[0]): Principal {
  return { ...asPrincipal(run), runId: run.id };
}
