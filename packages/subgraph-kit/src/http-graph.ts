import { CodedError, currentTraceparent } from '@tributary/runtime';
import type { FormattedExecutionResult } from 'graphql';
import { Agent, type Dispatcher, request } from 'undici';
import type { GraphExecutor } from './graph-executor.ts';
import { assertionHeader, clientAddressHeader, requestIdHeader } from './internal-headers.ts';

/** The gateway of another process, over as many connections as are named. Disposing lets running calls end. */
export function openHttpGraph(
  gatewayUrl: string,
  { connections }: { readonly connections: number },
): { readonly execute: GraphExecutor } & AsyncDisposable {
  const agent = new Agent({ connections });
  return { execute: httpExecutor(gatewayUrl, agent), [Symbol.asyncDispose]: () => agent.close() };
}

/** POST `<gatewayUrl>/graphql` with the caller's own assertion. */
function httpExecutor(gatewayUrl: string, dispatcher: Dispatcher): GraphExecutor {
  const url = new URL('/graphql', gatewayUrl);
  return async ({ query, operationName, variables, assertion, requestId, clientAddress, signal }) => {
    const traceparent = currentTraceparent();
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
          ...(traceparent === undefined ? {} : { traceparent }),
          ...(clientAddress === undefined ? {} : { [clientAddressHeader]: clientAddress }),
        },
        body: JSON.stringify({ query, operationName, variables }),
      });
      return resultFrom(await answer.body.json());
    } catch (cause) {
      if (signal.aborted)
        throw new CodedError('DEADLINE_EXCEEDED', 'The graph did not answer in time.', { cause });
      throw new CodedError('SUBGRAPH_UNAVAILABLE', 'The graph is away for a moment.', { cause });
    }
  };
}

function resultFrom(body: unknown): FormattedExecutionResult {
  const { data, errors } = (body ?? {}) as Partial<FormattedExecutionResult>;
  if (data === undefined && !Array.isArray(errors))
    throw new TypeError('the gateway answered something that is no GraphQL result');
  return body as FormattedExecutionResult;
}
