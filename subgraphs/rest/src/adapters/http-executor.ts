import { CodedError, currentTraceparent } from '@tributary/runtime';
import { assertionHeader, clientAddressHeader, requestIdHeader } from '@tributary/subgraph-kit';
import type { FormattedExecutionResult } from 'graphql';
import { type Dispatcher, request } from 'undici';
import type { GraphExecutor } from '../graph-executor.ts';

/** Runs operations on a gateway of another process: POST `<gatewayUrl>/graphql` with the caller's own assertion. */
export function httpExecutor(gatewayUrl: string, dispatcher: Dispatcher): GraphExecutor {
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
