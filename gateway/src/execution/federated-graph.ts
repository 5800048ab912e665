import { buildOperationContext, executeQueryPlan, type GraphQLDataSource } from '@apollo/gateway';
import type { QueryPlan } from '@apollo/query-planner';
import type {
  GatewayExecutionResult,
  GatewayGraphQLRequestContext,
  GatewayInterface,
  GatewayLoadResult,
  GatewaySchemaLoadOrUpdateCallback,
  GatewayUnsubscriber,
} from '@apollo/server-gateway-interface';
import { CodedError } from '@tributary/runtime';
import { type DocumentNode, type ExecutionResult, GraphQLError } from 'graphql';
import { getVariableValues } from 'graphql/execution/values.js';
import { planForOneEvent, QueryPlans } from '../planning/query-plans.ts';
import { type LoadedSupergraph, loadSupergraph } from '../planning/supergraph.ts';
import { type Absences, causeOfNull, type FetchScope, type NullCause } from './absent-entities.ts';
import { codedGraphQLError, errorLimit } from './answer-errors.ts';
import type { RequestScope } from './request-scope.ts';

type ServiceMap = Parameters<typeof executeQueryPlan>[1];

/** One validated operation, ready to run. */
export interface GraphOperation {
  /** Names the document's text: the plan is remembered by it. */
  readonly key: string;
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly scope: RequestScope;
}

/** Said once per answer at most this often: a subgraph that breaks its own contract does so for every row. */
const brokenContractLimit = 5;

/**
 * The composed graph as Apollo Server sees it: Apollo's planner and plan executor, over our own data sources.
 * Unlike `ApolloGateway` it also runs subscription operations (once per event), takes no telemetry, fetches nothing itself, and hands
 * out what it knows of the supergraph.
 */
export class FederatedGraph implements GatewayInterface {
  readonly #services: ServiceMap;
  readonly #listeners = new Set<GatewaySchemaLoadOrUpdateCallback>();
  #supergraph: LoadedSupergraph;
  #plans: QueryPlans;

  constructor(supergraphSdl: string, services: Readonly<Record<string, GraphQLDataSource>>) {
    this.#services = Object.assign(Object.create(null) as ServiceMap, services);
    this.#supergraph = loadSupergraph(supergraphSdl);
    this.#plans = new QueryPlans(this.#supergraph);
  }

  get supergraph(): LoadedSupergraph {
    return this.#supergraph;
  }

  /** Takes a new composition. Operations that run finish on the old one. @throws Error when it is no supergraph; the old one stays. */
  replace(supergraphSdl: string): void {
    this.#supergraph = loadSupergraph(supergraphSdl);
    this.#plans = new QueryPlans(this.#supergraph);
    for (const listener of this.#listeners) this.#tell(listener);
  }

  onSchemaLoadOrUpdate(callback: GatewaySchemaLoadOrUpdateCallback): GatewayUnsubscriber {
    this.#listeners.add(callback);
    return () => this.#listeners.delete(callback);
  }

  async load(): Promise<GatewayLoadResult> {
    for (const listener of this.#listeners) this.#tell(listener);
    return { executor: (requestContext) => this.#executeRequest(requestContext) };
  }

  async stop(): Promise<void> {
    this.#listeners.clear();
  }

  /** Runs an operation of any kind; a subscription for the event in its scope. Rejects only on a fault of ours. */
  async execute(operation: GraphOperation): Promise<ExecutionResult> {
    const { document, variables, scope } = operation;
    const supergraph = this.#supergraph;
    const operationContext = buildOperationContext({
      schema: supergraph.apiSchema,
      operationDocument: document,
      ...(operation.operationName === undefined ? {} : { operationName: operation.operationName }),
    });
    const coerced = getVariableValues(
      supergraph.apiSchema,
      operationContext.operation.variableDefinitions ?? [],
      variables,
      { maxErrors: 5 },
    );
    if (coerced.errors !== undefined) return { errors: coerced.errors.map(asUserInput) };
    const plan: QueryPlan = planForOneEvent(
      this.#plans.planFor(operation.key, document, operation.operationName),
    );
    const absences: Absences = { found: false };
    const context: FetchScope = { ...scope, absences };
    const requestContext = {
      request: { variables },
      context,
      metrics: {},
      logger: silent,
    } as unknown as GatewayGraphQLRequestContext;
    const result = await executeQueryPlan(
      plan,
      this.#services,
      requestContext,
      operationContext,
      supergraph.supergraphSchema,
      supergraph.plannerSchema,
    );
    return withMissingValues(result, absences);
  }

  async #executeRequest(request: GatewayGraphQLRequestContext): Promise<GatewayExecutionResult> {
    return (await this.execute({
      key: request.queryHash,
      document: request.document,
      operationName: request.request.operationName,
      variables: request.request.variables ?? {},
      scope: request.context as RequestScope,
    })) as GatewayExecutionResult;
  }

  #tell(listener: GatewaySchemaLoadOrUpdateCallback): void {
    listener({ apiSchema: this.#supergraph.apiSchema, coreSupergraphSdl: this.#supergraph.sdl });
  }
}

/**
 * A null where the schema promises a value is an error of the answer (GraphQL §6.4.4), which the executor hides in extensions. Not so
 * where an entity is absent and may be: the field that leads to it is null, as if it had been resolved to null.
 */
function withMissingValues(
  { extensions, ...result }: GatewayExecutionResult,
  absences: Absences,
): ExecutionResult {
  if (result.errors !== undefined) return { ...result, errors: result.errors.slice(0, errorLimit) };
  const missing = extensions?.['valueCompletion'];
  if (!Array.isArray(missing)) return result;
  const errors: GraphQLError[] = [];
  for (const error of missing as readonly GraphQLError[]) {
    const cause = causeOfNull(error, { data: result.data, absences });
    if (cause !== 'absent entity' && errors.length < brokenContractLimit) errors.push(errorFor(cause, error));
  }
  return errors.length === 0 ? result : { ...result, errors };
}

function errorFor(cause: NullCause, { message, path }: GraphQLError): GraphQLError {
  if (cause === 'broken contract')
    return new GraphQLError(message, { path: path ?? null, originalError: new Error(message) });
  const absent = new CodedError('NOT_FOUND', 'Something that this cannot be without does not exist.');
  return codedGraphQLError(absent, path);
}

function asUserInput(error: GraphQLError): GraphQLError {
  return new GraphQLError(error.message, {
    nodes: error.nodes ?? null,
    extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } },
  });
}

/** The executor's own log lines name values; our log gets the masked error with its id instead. */
const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
