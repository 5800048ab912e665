import type { GraphQLDataSource, ServiceEndpointDefinition } from '@apollo/gateway';
import type { GatewayGraphQLRequestContext } from '@apollo/server-gateway-interface';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { FetchAnswer, SubgraphFetch } from '../execution/compiled/subgraph-fetch.ts';
import { failedAnswer } from '../execution/failed-fields.ts';
import type { RequestScope } from '../execution/request-scope.ts';
import { subgraphErrors } from '../execution/subgraph-errors.ts';
import { type FederatedTraces, traceHeader } from './federated-traces.ts';

/** What a fetch knows of the request that caused it. */
export interface IncomingScope extends RequestScope {
  readonly incoming: GatewayGraphQLRequestContext;
  /** Where some plugin wants them. */
  readonly traces: FederatedTraces | undefined;
}

/** A member of an enumeration that Apollo's gateway does not export: told from health checks by it. */
const incomingOperation = 'incoming operation';

const downstreamError = 'DOWNSTREAM_SERVICE_ERROR';

/** Asks by a data source of Apollo's gateway, which is told what that tells it: the request, where in the operation it belongs, and whose it is. */
export function dataSourceFetch(
  { name }: ServiceEndpointDefinition,
  sourceOf: () => GraphQLDataSource | undefined,
): SubgraphFetch {
  return async ({ query, operationName, variables, place }, scope) => {
    const { incoming, traces } = scope as IncomingScope;
    const received = place && traces?.sent(name, place);
    const http = received && { headers: new Headers([[...traceHeader]]) };
    try {
      const source = sourceOf();
      if (source === undefined) throw new TypeError(`no data source for ${name}`);
      const asked = {
        kind: incomingOperation,
        request: { query, variables, operationName, http },
        incomingRequestContext: incoming,
        context: incoming.context,
        document: undefined,
        pathInIncomingRequest: [...(place?.path ?? [])],
      };
      const { data, errors, extensions } = await source.process(
        asked as unknown as Parameters<typeof source.process>[0],
      );
      received?.(extensions);
      if (extensions?.['ftv1'] === undefined) noteUntraced(incoming, name, errors);
      const said = subgraphErrors(errors, data);
      return {
        data: (data as FetchAnswer['data'] | undefined) ?? null,
        ...(said.length === 0 ? {} : { errors: said.map(coded) }),
      };
    } catch (error) {
      return failed(query, error);
    }
  };
}

/** The server's reports count errors of subgraphs that send no traces by these. */
function noteUntraced(
  { metrics }: GatewayGraphQLRequestContext,
  subgraph: string,
  errors: readonly GraphQLFormattedError[] | undefined,
): void {
  if (!Array.isArray(errors) || errors.length === 0) return;
  const paths = (errors as readonly GraphQLFormattedError[]).map(({ path }) => ({ subgraph, path }));
  metrics.nonFtv1ErrorPaths = [...(metrics.nonFtv1ErrorPaths ?? []), ...paths];
}

/** What a subgraph's error says, with the code that Apollo's gateway has for those that have none. */
function coded(error: GraphQLFormattedError): GraphQLFormattedError {
  const { code = downstreamError, ...facts } = error.extensions ?? {};
  return { ...error, extensions: { ...facts, code } };
}

/** As Apollo's gateway tells it: with the words and the code of the data source, at each field that stays empty. */
function failed(query: string, error: unknown): FetchAnswer {
  const message = error instanceof Error ? error.message : String(error);
  const facts = error instanceof GraphQLError ? error.extensions : {};
  return failedAnswer(query, message, { code: downstreamError, ...facts });
}
