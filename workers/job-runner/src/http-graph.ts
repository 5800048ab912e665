import { CodedError } from '@tributary/runtime';
import { assertionHeader, requestIdHeader } from '@tributary/subgraph-kit';
import { Agent, request } from 'undici';
import type { GraphExecutor } from './graph-access.ts';

/** The gateway of another process. Disposing lets running calls end. */
export function openHttpGraph(gatewayUrl: string): { readonly execute: GraphExecutor } & AsyncDisposable {
  const dispatcher = new Agent({ connections: 16 });
  const url = new URL('/graphql', gatewayUrl);
  const execute: GraphExecutor = async ({
    query,
    operationName,
    variables,
    assertion,
    requestId,
    signal,
  }) => {
    try {
      const answer = await request(url, {
        dispatcher,
        signal,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/graphql-response+json, application/json',
          [assertionHeader]: assertion,
          [requestIdHeader]: requestId,
        },
        body: JSON.stringify({ query, operationName, variables }),
      });
      return (await answer.body.json()) as Awaited<ReturnType<GraphExecutor>>;
    } catch (cause) {
      if (signal.aborted)
        throw new CodedError('DEADLINE_EXCEEDED', 'The graph did not answer in time.', { cause });
      throw new CodedError('SUBGRAPH_UNAVAILABLE', 'The graph is away for a moment.', { cause });
    }
  };
  return { execute, [Symbol.asyncDispose]: () => dispatcher.close() };
}
