import { type Clock, CodedError, newId } from '@tributary/runtime';
import { type AssertionMinter, type GraphExecutor, noWorkspaceId } from '@tributary/subgraph-kit';
import {
  buildClientSchema,
  type GraphQLSchema,
  getIntrospectionQuery,
  type IntrospectionQuery,
} from 'graphql';
import {
  addBounds,
  constraintsQuery,
  type FieldConstraint,
  tellsConstraints,
} from '../openapi/field-bounds.ts';

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
  let current:
    | {
        readonly schema: GraphQLSchema;
        readonly constraints: readonly FieldConstraint[];
        readonly text: string;
      }
    | undefined;
  let askAgainMs = 0;
  let asking: Promise<GraphQLSchema> | undefined;

  const answerTo = async (query: string, operationName: string): Promise<Record<string, unknown>> => {
    const signal = AbortSignal.timeout(timeoutMs);
    const assertion = await deps.minter.mint(asService);
    const requestId = newId();
    const { data, errors } = await deps.execute({
      query,
      operationName,
      variables: {},
      assertion,
      requestId,
      signal,
    });
    if (data === undefined || data === null) {
      throw new CodedError('SUBGRAPH_UNAVAILABLE', 'The graph did not tell its schema.', { cause: errors });
    }
    return data;
  };

  const ask = async (): Promise<GraphQLSchema> => {
    const told = await answerTo(introspection, 'IntrospectionQuery');
    const schema = buildClientSchema(told as unknown as IntrospectionQuery);
    const answered = tellsConstraints(schema) ? await answerTo(constraintsQuery, 'FieldConstraints') : {};
    // Null while the subgraph that knows them is away: the last ones serve.
    const constraints = (answered['fieldConstraints'] ??
      current?.constraints ??
      []) as readonly FieldConstraint[];
    const text = JSON.stringify([told, constraints]);
    if (current?.text === text) return current.schema;
    addBounds(schema, constraints);
    current = { schema, constraints, text };
    return schema;
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
