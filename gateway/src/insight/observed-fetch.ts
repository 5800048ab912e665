import type { SubgraphFetch } from '../execution/compiled/subgraph-fetch.ts';
import type { RequestScope } from '../execution/request-scope.ts';
import { type FetchOutcome, fetchOutcome } from './fetch-outcome.ts';

/** One fetch of an operation, as it turned out. */
export interface FetchTiming {
  readonly subgraph: string;
  /** Since the operation began. */
  readonly startedAfterMs: number;
  readonly durationMs: number;
  readonly outcome: FetchOutcome;
}

/** What an operation came to, filled in while it runs. */
export interface ObservedRun {
  readonly startedMs: number;
  readonly fetches: FetchTiming[];
  /** Begins what is traced of a fetch; answers the `traceparent` its subgraph gets and what ends it. Undefined when the operation is not traced. */
  readonly trace: ((subgraph: string) => FetchTrace) | undefined;
}

export interface FetchTrace {
  readonly traceparent: string | undefined;
  end(outcome: FetchOutcome): void;
}

export type ObserveFetch = (outcome: FetchOutcome, durationMs: number) => void;

/** Measures each fetch. Where nobody wants to know, subgraphs are asked without it. */
export function observedFetch(fetch: SubgraphFetch, subgraph: string, observe: ObserveFetch): SubgraphFetch {
  return async (request, scope) => {
    const startedMs = performance.now();
    const { observed } = scope;
    const trace = observed?.trace?.(subgraph);
    const answer = await fetch(request, trace === undefined ? scope : tracedScope(scope, trace));
    const durationMs = performance.now() - startedMs;
    // What is as it was expected had no errors, and need not be read for that.
    const isSame = answer.bytes !== undefined && answer.bytes === request.expected;
    const outcome = isSame ? 'answered' : fetchOutcome(answer, subgraph);
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

function tracedScope(scope: RequestScope, { traceparent }: FetchTrace): RequestScope {
  return traceparent === undefined ? scope : { ...scope, forwarded: { ...scope.forwarded, traceparent } };
}
