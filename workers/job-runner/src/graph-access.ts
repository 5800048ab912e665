import { CodedError, newId } from '@tributary/runtime';
import { type AssertionMinter, type GraphExecutor, isRole, type Principal } from '@tributary/subgraph-kit';
import type { RunGraph } from './run-graph.ts';

const deadlineMs = 60_000;
const kinds: readonly string[] = ['user', 'apiKey', 'service', 'anonymous'] satisfies Principal['kind'][];

/**
 * The graph as a run sees it: an assertion names the principal who enqueued it, with the role that is kept for the run, and the run itself.
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

/** Whoever enqueued the run, and the run itself, as the graph and the doors are to know them. */
export function actingPrincipal({ principal, workspaceId, id: runId }: Parameters<RunGraph>[0]): Principal {
  const { kind, id, role, scopes } = principal;
  return {
    // What is stored was written by us; a kind that is none gets the rights of nobody.
    kind: (kinds.includes(kind) ? kind : 'anonymous') as Principal['kind'],
    id,
    workspaceId,
    role: isRole(role) ? role : null,
    scopes,
    runId,
  };
}
