import type {
  GatewayExecutionResult,
  GatewayGraphQLRequestContext,
  GatewayInterface,
  GatewayLoadResult,
  GatewaySchemaLoadOrUpdateCallback,
  GatewayUnsubscriber,
} from '@apollo/server-gateway-interface';
import type { DocumentNode, ExecutionResult } from 'graphql';
import { CompiledOperations } from '../planning/compiled-operations.ts';
import type { PlannerName } from '../planning/planner.ts';
import type { PlanningLog } from '../planning/planning-figures.ts';
import { inTurns } from '../planning/steps.ts';
import {
  type LoadedSupergraph,
  type LoadingOptions,
  loadSupergraph,
  supergraphLoading,
} from '../planning/supergraph.ts';
import { parsedForms } from '../planning/supergraph-forms.ts';
import type { SupergraphReading } from '../planning/supergraph-process.ts';
import type { SubgraphFetch } from './compiled/subgraph-fetch.ts';
import { WrittenData } from './compiled/written-data.ts';
import type { RequestScope } from './request-scope.ts';

/** One validated operation, ready to run. */
export interface GraphOperation {
  /** Names the document's text: what was compiled from it is remembered by it. */
  readonly key: string;
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly scope: RequestScope;
}

export interface FederatedGraphOptions {
  readonly planner?: PlannerName;
  /** Reads another supergraph, over which operations are then planned in a process of their own as well: neither holds up the event loop. All of it is done here when absent. */
  readonly reading?: Pick<SupergraphReading, 'read'>;
  readonly log?: PlanningLog;
}

/**
 * The composed graph as Apollo Server sees it: Apollo's planner, and an executor of our own that compiles each plan once.
 * It also runs subscription operations (once per event), fetches nothing itself, and hands out what it knows of the supergraph.
 */
export class FederatedGraph implements GatewayInterface {
  readonly #subgraphs: ReadonlyMap<string, SubgraphFetch>;
  readonly #listeners = new Set<GatewaySchemaLoadOrUpdateCallback>();
  readonly #options: FederatedGraphOptions;
  #supergraph: LoadedSupergraph;
  #operations: CompiledOperations;
  #isStopped = false;

  constructor(
    supergraphSdl: string,
    subgraphs: ReadonlyMap<string, SubgraphFetch>,
    options: FederatedGraphOptions = {},
  ) {
    this.#subgraphs = subgraphs;
    this.#options = options;
    this.#supergraph = this.#loaded(supergraphSdl);
    this.#operations = new CompiledOperations(this.#supergraph, subgraphs);
  }

  get supergraph(): LoadedSupergraph {
    return this.#supergraph;
  }

  /**
   * Takes a new composition, with the operations of late planned before it serves. Operations that run finish on the old one.
   * @throws Error when it is no supergraph; the old one stays.
   */
  async replace(supergraphSdl: string): Promise<void> {
    const supergraph = await this.#next(supergraphSdl);
    const operations = new CompiledOperations(supergraph, this.#subgraphs);
    await operations.warm(this.#operations);
    // What still runs on the one before and has no plan is planned all the same.
    void (this.#isStopped ? supergraph : this.#supergraph).planner.close?.();
    if (this.#isStopped) return;
    this.#supergraph = supergraph;
    this.#operations = operations;
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
    this.#isStopped = true;
    this.#listeners.clear();
    await this.#supergraph.planner.close?.();
  }

  /** Runs an operation of any kind; a subscription for the event in its scope. Rejects only on a fault of ours. */
  async execute(operation: GraphOperation): Promise<ExecutionResult> {
    const { key, document, operationName, variables, scope } = operation;
    return this.#operations.compiled(key, document, operationName).run(variables, scope);
  }

  async #executeRequest(request: GatewayGraphQLRequestContext): Promise<GatewayExecutionResult> {
    const { operationName, variables = {} } = request.request;
    const compiled = this.#operations.compiled(request.queryHash, request.document, operationName);
    const { body, errors } = await compiled.write(variables, request.context as RequestScope);
    return {
      // Apollo Server only sends it on (`stringifyResult`).
      ...(body === undefined ? {} : { data: WrittenData.of(body) }),
      ...(errors.length === 0 ? {} : { errors }),
    } as GatewayExecutionResult;
  }

  #loaded(supergraphSdl: string): LoadedSupergraph {
    return loadSupergraph(supergraphSdl, { ...this.#loading, isTrusted: true });
  }

  async #next(supergraphSdl: string): Promise<LoadedSupergraph> {
    const { reading } = this.#options;
    if (reading === undefined) return this.#loaded(supergraphSdl);
    const read = await inTurns(parsedForms(await reading.read(supergraphSdl, { isTrusted: true })));
    return inTurns(supergraphLoading(read, { ...this.#loading, isPlannedApart: true }));
  }

  get #loading(): LoadingOptions {
    const { planner = 'apollo', log } = this.#options;
    return { planner, ownScalars: true, log };
  }

  #tell(listener: GatewaySchemaLoadOrUpdateCallback): void {
    listener({ apiSchema: this.#supergraph.apiSchema, coreSupergraphSdl: this.#supergraph.sdl });
  }
}
