import {
  ApolloServer,
  type ApolloServerPlugin,
  type BaseContext,
  type GraphQLRequestContext,
  type GraphQLResponse,
  HeaderMap,
} from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { InMemoryLRUCache, type KeyValueCache } from '@apollo/utils.keyvaluecache';
import { CodedError, type Logger } from '@tributary/runtime';
import { type FormattedExecutionResult, GraphQLError, type OperationTypeNode } from 'graphql';
import type { InsightDoor, RequestInsight, SeenRequest } from '../insight/request-insight.ts';
import type { ListedOperations } from '../security/listed-operations.ts';
import { type Admission, type AdmissionOptions, notListed } from './admission.ts';
import { answerError, codedGraphQLError } from './answer-errors.ts';
import { WrittenData } from './compiled/written-data.ts';
import type { FederatedGraph } from './federated-graph.ts';
import type { OperationCharge } from './operation-charge.ts';
import { orRefused, RefusedOperation } from './refused-operation.ts';
import type { RequestScope } from './request-scope.ts';

export type OperationKind = 'query' | 'mutation' | 'subscription' | 'none';

/** What a request turned out to be. */
export interface SeenOperation {
  operationName?: string;
  operationType?: OperationKind;
  cost?: number;
  /** Some error was answered. */
  failed?: boolean;
  /** It was a well-formed request with a query text, whatever became of that. */
  understood?: boolean;
  /** Why it was refused before it reached the graph. */
  code?: string;
}

export interface ScopedContext extends BaseContext, RequestScope {
  /** Filled in while the operation runs: what the access log and the metrics say of it. */
  readonly seen: SeenOperation;
  readonly door?: InsightDoor | undefined;
  /** The server takes its time. */
  readonly isMeasured?: boolean;
  /** Of whoever asks, where they trace. */
  readonly traceparent?: string | undefined;
  observed?: SeenRequest;
}

export type GraphServer = ApolloServer<ScopedContext>;

const persistedQueryBytes = 16 * 1024 * 1024;
const persistedQuerySeconds = 24 * 3600;

export interface GraphServerOptions extends AdmissionOptions {
  readonly charge: OperationCharge;
  readonly insight: RequestInsight;
  /** @throws CodedError OVERLOADED for an operation that must wait for better times. */
  readonly admit: ((kind: OperationTypeNode) => void) | undefined;
}

/** Apollo Server over the federated graph: HTTP semantics, persisted queries and CSRF prevention are its part, every decision is ours. */
export function createGraphServer(
  graph: FederatedGraph,
  admission: () => Admission,
  options: GraphServerOptions,
): GraphServer {
  return new ApolloServer<ScopedContext>({
    gateway: graph,
    // Admission validates, after it has looked at the limits: some validation rules are quadratic.
    dangerouslyDisableValidation: true,
    parseOptions: { maxTokens: options.limits.tokens },
    introspection: true,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    stringifyResult,
    persistedQueries: { cache: persistedQueries(options.listed), ttl: persistedQuerySeconds },
    formatError: (_formatted, error) => answerError(inListMode(asGraphQLError(error), options), options.log),
    logger: {
      debug: () => undefined,
      info: () => undefined,
      warn: apolloLog(options.log),
      error: apolloLog(options.log),
    },
    plugins: [
      admissionPlugin(admission, options),
      insightPlugin(options.insight),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginCacheControlDisabled(),
    ],
  });
}

function stringifyResult(result: FormattedExecutionResult): string {
  const { data } = result;
  return data instanceof WrittenData ? `{${data.members(result)}}\n` : `${JSON.stringify(result)}\n`;
}

/** Texts by hash: those clients registered, or, where operations are listed, the listed ones and nothing a client says. */
function persistedQueries(listed: ListedOperations | undefined): KeyValueCache<string> {
  if (listed === undefined) return new InMemoryLRUCache({ maxSize: persistedQueryBytes });
  return {
    get: async (key) => listed.textOf(key.slice(key.lastIndexOf(':') + 1)),
    set: async () => undefined,
    delete: async () => false,
  };
}

/** A hash that is not listed will not be known after its text was sent either: the client must not be asked for it. */
function inListMode(error: GraphQLError, { listed }: AdmissionOptions): GraphQLError {
  const isUnknownHash = error.extensions['code'] === 'PERSISTED_QUERY_NOT_FOUND';
  return listed !== undefined && isUnknownHash ? codedGraphQLError(notListed()) : error;
}

function admissionPlugin(
  admission: () => Admission,
  options: GraphServerOptions,
): ApolloServerPlugin<ScopedContext> {
  const { charge } = options;
  return {
    requestDidStart: async () => ({
      didResolveSource: async ({ contextValue }) => {
        contextValue.seen.understood = true;
      },
      responseForOperation: async (context) => {
        try {
          const cost = admitted(admission(), context, options);
          await charged(charge, cost, context);
          return null;
        } catch (error) {
          if (!(error instanceof RefusedOperation)) throw error;
          context.contextValue.seen.failed = true;
          // Asking for too much is not free: it would be the cheapest way to keep this process at work.
          if (error.cost !== undefined) await charged(charge, error.cost, context).catch(() => undefined);
          const data = error.status === 200 ? { data: null } : {};
          return {
            http: { status: error.status, headers: new HeaderMap(error.headers) },
            body: { kind: 'single', singleResult: { errors: error.errors, ...data } },
          };
        }
      },
      didEncounterErrors: async ({ contextValue }) => {
        contextValue.seen.failed = true;
      },
      willSendResponse: async ({ contextValue, response: { body } }) => {
        const data = body.kind === 'single' ? body.singleResult.data : undefined;
        if (data instanceof WrittenData) await charge.takeForAnswer(data.sizeBytes, contextValue);
      },
    }),
  };
}

/** Tells of every operation, whichever way it came in. */
function insightPlugin(insight: RequestInsight): ApolloServerPlugin<ScopedContext> {
  return {
    requestDidStart: async ({ contextValue }) => {
      const seen = insight.begin(contextValue.door, contextValue.traceparent, contextValue.isMeasured);
      contextValue.observed = seen;
      return {
        didResolveOperation: async ({ operation, operationName, source }) => {
          seen.kind = operation?.operation;
          seen.name = operationName ?? undefined;
          seen.text = source;
        },
        willSendResponse: async ({ response }) => insight.end(seen, statusOf(response)),
      };
    },
  };
}

function statusOf({ http, body }: GraphQLResponse): number | 'errors' {
  const status = http.status ?? 200;
  const result = body.kind === 'single' ? body.singleResult : body.initialResult;
  return status === 200 && (result.errors ?? []).length > 0 ? 'errors' : status;
}

/** Answers once the budget holds what the operation costs, and says on the answer what is left. */
async function charged(
  charge: OperationCharge,
  cost: number,
  { contextValue, response }: GraphQLRequestContext<ScopedContext>,
): Promise<void> {
  for (const [name, value] of await charge.take(cost, contextValue)) response.http.headers.set(name, value);
}

/** @returns what is charged for the operation. */
function admitted(
  admission: Admission,
  context: GraphQLRequestContext<ScopedContext>,
  { admit, log }: GraphServerOptions,
): number {
  const { contextValue, document, operationName, queryHash, request, response } = context;
  if (document === undefined || queryHash === undefined) return 0;
  const { seen } = contextValue;
  seen.operationType = context.operation?.operation ?? 'none';
  if (typeof operationName === 'string') seen.operationName = operationName;
  // What processes of ours ask was admitted with whatever made them ask.
  const kind = context.operation?.operation;
  if (contextValue.isOurs !== true && kind !== undefined) orRefused(() => admit?.(kind), log);
  const { operation, cost, planning } = admission.admit({
    key: queryHash,
    document,
    operationName: request.operationName ?? undefined,
    variables: request.variables ?? {},
    principal: contextValue.principal,
    isOurs: contextValue.isOurs,
  });
  if (operation.operation === 'subscription') {
    throw new RefusedOperation([answerError(codedGraphQLError(elsewhere()), log)], 400);
  }
  seen.cost = cost;
  response.http.headers.set('x-operation-cost', String(cost));
  return cost + planning;
}

function elsewhere(): CodedError {
  return new CodedError(
    'BAD_REQUEST',
    'Subscriptions are served over WebSocket (graphql-transport-ws) and as text/event-stream, at this path.',
  );
}

function asGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  const original = error instanceof Error ? error : new Error(String(error));
  return new GraphQLError(original.message, { originalError: original });
}

function apolloLog(log: Logger): (message?: unknown) => void {
  return (message) => log.warn({ reason: String(message).slice(0, 200) }, 'apollo server');
}
