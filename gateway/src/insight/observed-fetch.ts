import type { FetchAnswer, SubgraphFetch } from '../execution/compiled/subgraph-fetch.ts';
import type { RequestScope } from '../execution/request-scope.ts';
import { fetchOutcome } from './fetch-outcome.ts';
import type { FetchOutcome, FetchTrace } from './observed-run.ts';

export type ObserveFetch = (outcome: FetchOutcome, durationMs: number) => void;

/** Measures each fetch. Where nobody wants to know, subgraphs are asked without it. */
export function observedFetch(fetch: SubgraphFetch, subgraph: string, observe: ObserveFetch): SubgraphFetch {
  return async (request, scope) => {
    const startedMs = performance.now();
    const { observed } = scope;
    const trace = observed?.trace?.fetch(subgraph);
    const answer = await fetch(request, trace === undefined ? scope : tracedScope(scope, trace));
    const durationMs = performance.now() - startedMs;
    // What is as it was expected, or is the client's answer, had no errors, and need not be read for that.
    const isSame = answer.bytes !== undefined && answer.bytes === request.expected;
    const outcome = isSame || answer.passed !== undefined ? 'answered' : outcomeOf(answer, subgraph, scope);
    observe(outcome, durationMs);
    observed?.fetches.push({
      subgraph,
      startedAfterMs: startedMs - observed.startedMs,
      durationMs,
      outcome,
    });
    trace?.end(outcome);
    return answer;
  };
}

/** Nobody waited for it any more: that says nothing of the subgraph. */
function outcomeOf(answer: FetchAnswer, subgraph: string, { signal }: RequestScope): FetchOutcome {
  return signal?.aborted === true && answer.data === null ? 'given up' : fetchOutcome(answer, subgraph);
}

function tracedScope(scope: RequestScope, { traceparent }: FetchTrace): RequestScope {
  return { ...scope, forwarded: { ...scope.forwarded, traceparent } };
}
