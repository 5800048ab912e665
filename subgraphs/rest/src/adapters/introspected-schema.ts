import { type Clock, CodedError, newId } from '@tributary/runtime';
import { type AssertionMinter, noWorkspaceId } from '@tributary/subgraph-kit';
import {
  buildClientSchema,
  type GraphQLSchema,
  getIntrospectionQuery,
  type IntrospectionQuery,
} from 'graphql';
import type { GraphExecutor } from '../graph-executor.ts';

/** After this long the next request makes the schema be asked for again. */
const freshMs = 30_000;
const timeoutMs = 10_000;
const introspection = getIntrospectionQuery({ inputValueDeprecation: true });

/** Asks as a service of this installation: introspection is closed to strangers in production. */
const asService = {
  kind: 'service',
  id: 'rest',
  workspaceId: noWorkspaceId,
  role: null,
  scopes: null,
} as const;

/**
 * The graph's schema as a gateway in another process tells it: asked for once at a time, kept for 30 s, the same object while it is
 * the same schema. While the gateway is away the last one serves.
 * @throws CodedError SUBGRAPH_UNAVAILABLE before the first answer.
 */
export function introspectedSchema(deps: {
  readonly execute: GraphExecutor;
  readonly minter: AssertionMinter;
  readonly clock: Clock;
}): () => Promise<GraphQLSchema> {
  let current: { readonly schema: GraphQLSchema; readonly text: string } | undefined;
  let askAgainMs = 0;
  let asking: Promise<GraphQLSchema> | undefined;

  const ask = async (): Promise<GraphQLSchema> => {
    const signal = AbortSignal.timeout(timeoutMs);
    const assertion = await deps.minter.mint(asService);
    const { data, errors } = await deps.execute({
      query: introspection,
      operationName: 'IntrospectionQuery',
      variables: {},
      assertion,
      requestId: newId(),
      signal,
    });
    if (data === undefined || data === null) {
      throw new CodedError('SUBGRAPH_UNAVAILABLE', 'The graph did not tell its schema.', { cause: errors });
    }
    const text = JSON.stringify(data);
    if (current?.text !== text)
      current = { schema: buildClientSchema(data as unknown as IntrospectionQuery), text };
    return current.schema;
  };

  return async () => {
    if (current !== undefined && deps.clock.monotonicMs() < askAgainMs) return current.schema;
    askAgainMs = deps.clock.monotonicMs() + freshMs;
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    if (current === undefined) return asking;
    // Nobody waits for a refresh: the schema at hand serves until the new one is here, or goes on serving without one.
    asking.catch(() => undefined);
    return current.schema;
  };
}
