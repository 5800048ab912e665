import {
  ApolloGateway,
  type GatewayConfig,
  type GraphQLDataSource,
  RemoteGraphQLDataSource,
  type ServiceEndpointDefinition,
} from '@apollo/gateway';
import type { GatewayExecutionResult, GatewayGraphQLRequestContext } from '@apollo/server-gateway-interface';
import { CodedError, newId } from '@tributary/runtime';
import { type DocumentNode, type ExecutionResult, GraphQLError, Kind } from 'graphql';
import { CompletionError } from '../execution/compiled/completion.ts';
import type { SubgraphFetch } from '../execution/compiled/subgraph-fetch.ts';
import { CompiledOperations } from '../planning/compiled-operations.ts';
import type { PlannerName } from '../planning/planner.ts';
import type { PlanningLog } from '../planning/planning-figures.ts';
import { inTurns } from '../planning/steps.ts';
import { addressesIn } from '../planning/subgraph-addresses.ts';
import { type LoadedSupergraph, loadSupergraph, supergraphLoading } from '../planning/supergraph.ts';
import { parsedForms } from '../planning/supergraph-forms.ts';
import { SupergraphProcess } from '../planning/supergraph-process.ts';
import { anonymous } from '../security/nobody.ts';
import { dataSourceFetch, type IncomingScope } from './data-source-fetch.ts';
import { FederatedTraces } from './federated-traces.ts';
import { FittingOperations } from './fitting-operations.ts';
import { withNamedFetches } from './named-fetches.ts';

/** Apollo's own settings, and which planner plans (`hive` when absent: decision 146). */
export type CompiledGatewayConfig = GatewayConfig & { readonly planner?: PlannerName };

/** Up to here it is read at once: that takes less than a process would take to start. */
const longestReadHere = 8_192;

/**
 * Apollo's gateway with plans of two planners, compiled, in place of its interpreter; for those who have an Apollo Server already. Supergraph managers, data
 * sources, callbacks, health checks and the plugins of the server stay Apollo's: a server that had an `ApolloGateway` needs nothing else changed.
 * `experimental_didResolveQueryPlan` and the header for query plans are not answered, because Apollo's plan is not made.
 */
export class CompiledGateway extends ApolloGateway {
  readonly #sources: ReadonlyMap<string, GraphQLDataSource>;
  readonly #planner: PlannerName;
  readonly #log: PlanningLog;
  readonly #reading: SupergraphProcess;
  #inForce: FittingOperations | undefined;
  /** Settles when what came last is in force, or is known not to be usable. */
  #taking: Promise<void> | undefined;
  #updates = 0;
  #isStopped = false;
  #fault: unknown;

  constructor({ planner = 'hive', ...config }: CompiledGatewayConfig) {
    const sources = new Map<string, GraphQLDataSource>();
    const build = config.buildService ?? (({ url }) => new RemoteGraphQLDataSource(url ? { url } : {}));
    super({
      ...config,
      buildService: (definition) => {
        const source = build(definition);
        sources.set(keyOf(definition), source);
        return source;
      },
    });
    this.#sources = sources;
    this.#planner = planner;
    this.#log = planningLog(config.logger);
    this.#reading = new SupergraphProcess({ log: this.#log });
    this.onSchemaLoadOrUpdate(({ coreSupergraphSdl }) => this.#take(coreSupergraphSdl));
    this.executor = (incoming) => this.#execute(incoming);
  }

  /** @throws Error when the first supergraph cannot be planned for. */
  override async load(options?: Parameters<ApolloGateway['load']>[0]): ReturnType<ApolloGateway['load']> {
    const loaded = await super.load(options);
    // Whoever listens for schemas is not heard when they throw.
    if (this.#inForce === undefined) throw this.#fault;
    return loaded;
  }

  /** What was kept for planning is let go as well: the process that plans ends with the last who has use of it. */
  override async stop(): ReturnType<ApolloGateway['stop']> {
    await super.stop();
    this.#isStopped = true;
    const { supergraph } = this.#inForce ?? {};
    await Promise.all([supergraph?.planner.close?.(), this.#reading[Symbol.asyncDispose](), this.#taking]);
  }

  /**
   * The server takes the new schema in the same moment, so what was asked of late is planned after it, and whoever comes first plans for all. A large one is read in a
   * process of its own: until it is there, the one before answers what it can.
   */
  #take(supergraphSdl: string): void {
    this.#updates += 1;
    if (this.#inForce === undefined || supergraphSdl.length <= longestReadHere) {
      try {
        this.#serve(loadSupergraph(supergraphSdl, { ...this.#loading, isTrusted: true }));
      } catch (error) {
        this.#fault = error;
        throw error;
      }
    } else this.#taking = this.#takeLater(supergraphSdl, this.#updates);
  }

  async #takeLater(supergraphSdl: string, update: number): Promise<void> {
    try {
      const read = await inTurns(parsedForms(await this.#reading.read(supergraphSdl, { isTrusted: true })));
      if (this.#isOver(update)) return;
      const supergraph = await inTurns(supergraphLoading(read, this.#loading));
      if (this.#isOver(update)) void supergraph.planner.close?.();
      else this.#serve(supergraph);
    } catch (error) {
      if (this.#isOver(update)) return;
      this.#fault = error;
      this.#log.warn({ err: error }, 'the supergraph cannot be planned for; the one before stays in force');
    } finally {
      if (update === this.#updates) this.#taking = undefined;
    }
  }

  /** Another came meanwhile, or nobody asks any more. */
  #isOver(update: number): boolean {
    return this.#isStopped || update !== this.#updates;
  }

  #serve(supergraph: LoadedSupergraph): void {
    const fetches = addressesIn(supergraph.document).map(
      ({ graph, name, url }): readonly [string, SubgraphFetch][] => {
        const fetch = dataSourceFetch({ name, url }, () => this.#sources.get(keyOf({ name, url })));
        // The two planners name subgraphs differently.
        return [
          [graph, fetch],
          [name, fetch],
        ];
      },
    );
    const before = this.#inForce;
    const named = { ...supergraph, planner: withNamedFetches(supergraph.planner) };
    const operations = new CompiledOperations(named, new Map(fetches.flat()));
    this.#inForce = new FittingOperations(supergraph, operations);
    this.#taking = undefined;
    if (before === undefined) return;
    // What still runs on it and has no plan is planned all the same.
    void before.supergraph.planner.close?.();
    void operations.warm(before.operations);
  }

  get #loading() {
    return { planner: this.#planner, isPlannedApart: true, log: this.#log };
  }

  async #execute(incoming: GatewayGraphQLRequestContext): Promise<GatewayExecutionResult> {
    const { request, document, queryHash } = incoming;
    // Whatever the type says, it is missing where the name chooses none.
    const asked: typeof incoming.operation | undefined = incoming.operation;
    if (asked === undefined) return { errors: [noOperation(document, request.operationName)] };
    // Apollo's own words for it: whoever acts on them acts on these.
    if (asked.operation === 'subscription')
      throw new Error('Execution of subscriptions not supported by gateway');
    const traces = this.#tracesOf(incoming);
    const scope: IncomingScope = { principal: anonymous, requestId: newId(), incoming, traces };
    try {
      // The server has held it to the schema that is about to be in force.
      while (this.#taking !== undefined && this.#inForce?.fits(queryHash, document) !== true)
        await this.#taking;
      if (this.#inForce === undefined) throw new TypeError('asked before it was loaded');
      const operation = this.#inForce.operations.compiled(queryHash, document, request.operationName);
      const answer = told(await operation.run(request.variables ?? {}, scope));
      const trace = traces?.tree;
      if (trace !== undefined) incoming.metrics.queryPlanTrace = trace;
      return answer;
    } catch (error) {
      // An operation that cannot be planned is an answer, and no fault of the server.
      if (error instanceof GraphQLError) return { errors: [error] };
      if (!(error instanceof CodedError)) throw error;
      return { errors: [new GraphQLError(error.message, { extensions: { code: error.code } })] };
    }
  }

  /** Where a plugin wants them, as that for usage reports does of the requests that it picks. */
  #tracesOf({ metrics, operation }: GatewayGraphQLRequestContext): FederatedTraces | undefined {
    if (metrics?.captureTraces !== true) return undefined;
    const { startHrTime } = metrics;
    const rootType = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' }[
      operation.operation
    ];
    return new FederatedTraces({ startHrTime, rootType, log: this.#log });
  }
}

/** Apollo's loggers take a text; where there is none, Node warns. */
function planningLog(logger: GatewayConfig['logger']): PlanningLog {
  return {
    warn: (fields, message) => {
      const { err, ...facts } = fields as { readonly err?: unknown };
      const text = `${message}: ${JSON.stringify({ ...facts, ...(err === undefined ? {} : { reason: String(err) }) })}`;
      if (logger === undefined) process.emitWarning(text, { type: 'CompiledGateway' });
      else logger.warn(text);
    },
  };
}

/** In the words of graphql-js, which Apollo's gateway has taken over. */
function noOperation({ definitions }: DocumentNode, name: string | null | undefined): GraphQLError {
  if (typeof name === 'string') return new GraphQLError(`Unknown operation named "${name}".`);
  const hasSome = definitions.some(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  return new GraphQLError(
    hasSome
      ? 'Must provide operation name if query contains multiple operations.'
      : 'Must provide an operation.',
  );
}

/** As Apollo's gateway tells values that are not what the schema says: in `extensions`, where no subgraph said of an error. */
function told({ errors = [], ...answer }: ExecutionResult): GatewayExecutionResult {
  const data = 'data' in answer ? ({ data: answer.data } as Pick<GatewayExecutionResult, 'data'>) : {};
  if (errors.length === 0) return data;
  const said = errors.filter((error) => !(error instanceof CompletionError));
  if (said.length > 0) return { ...data, errors: said };
  const valueCompletion = errors.map(({ message, path }) => ({
    message,
    ...(path === undefined ? {} : { path }),
    extensions: { code: 'INVALID_GRAPHQL' },
  }));
  return { ...data, extensions: { valueCompletion } };
}

/** A health check of what is to come makes sources as well; those of other addresses are not mixed up with it. */
function keyOf({ name, url = '' }: ServiceEndpointDefinition): string {
  return `${name} ${url}`;
}
