import { CodedError } from '@tributary/runtime';
import type { AssertionMinter, Subgraph, SubgraphCall } from '@tributary/subgraph-kit';
import type { ExecutionResult, GraphQLFormattedError } from 'graphql';
import type { JsonObject } from './compiled/own-keys.ts';
import type { FetchAnswer, SubgraphFetch } from './compiled/subgraph-fetch.ts';
import { failedAnswer } from './failed-fields.ts';
import type { SubgraphBreaker } from './subgraph-breaker.ts';

export interface SubgraphFetchOptions {
  readonly subgraph: Subgraph;
  readonly minter: AssertionMinter;
  readonly breaker: SubgraphBreaker;
}

/**
 * Turns a fetch of a query plan into a call of the subgraph, in the process or over HTTP, with a fresh assertion, a deadline and
 * the trace context. A subgraph that is away costs its own fields only: each becomes null with one coded error.
 */
export function subgraphFetch(options: SubgraphFetchOptions): SubgraphFetch {
  const { subgraph, minter, breaker } = options;
  return async ({ query, operationName, variables }, scope) => {
    const call: SubgraphCall = {
      query,
      operationName,
      variables,
      assertion: await minter.mint(scope.principal),
      requestId: scope.requestId,
      clientAddress: scope.clientAddress,
      stream: scope.stream,
      traceparent: scope.forwarded?.['traceparent'],
    };
    try {
      const result = await breaker.run((signal) => subgraph.execute({ ...call, signal }), scope.signal);
      return answered(result);
    } catch (cause) {
      const code =
        cause instanceof CodedError && cause.code === 'DEADLINE_EXCEEDED'
          ? cause.code
          : 'SUBGRAPH_UNAVAILABLE';
      const message =
        code === 'DEADLINE_EXCEEDED'
          ? `${subgraph.name} did not answer in time.`
          : `${subgraph.name} is away for a moment.`;
      return failedAnswer(query, message, { code, subgraph: subgraph.name });
    }
  };
}

function answered(result: ExecutionResult): FetchAnswer {
  return {
    data: (result.data ?? null) as JsonObject | null,
    ...(result.errors === undefined ? {} : { errors: result.errors as readonly GraphQLFormattedError[] }),
  };
}
