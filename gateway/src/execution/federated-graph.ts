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
import { type LoadedSupergraph, loadSupergraph } from '../planning/supergraph.ts';
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

/**
 * The composed graph as Apollo Server sees it: Apollo's planner, and an executor of our own that compiles each plan once.
 * It also runs subscription operations (once per event), fetches nothing itself, and hands out what it knows of the supergraph.
 */
export class FederatedGraph implements GatewayInterface {
  readonly #subgraphs: ReadonlyMap<string, SubgraphFetch>;
  readonly #listeners = new Set<GatewaySchemaLoadOrUpdateCallback>();
  readonly #planner: PlannerName;
  #supergraph: LoadedSupergraph;
  #operations: CompiledOperations;

  constructor(
    supergraphSdl: string,
    subgraphs: ReadonlyMap<string, SubgraphFetch>,
    planner: PlannerName = 'apollo',
  ) {
    this.#subgraphs = subgraphs;
    this.#planner = planner;
    this.#supergraph = this.#load(supergraphSdl);
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
    const supergraph = this.#load(supergraphSdl);
    const operations = new CompiledOperations(supergraph, this.#subgraphs);
    await operations.warm(this.#operations);
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
    this.#listeners.clear();
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

  #load(supergraphSdl: string): LoadedSupergraph {
    return loadSupergraph(supergraphSdl, { isTrusted: true, planner: this.#planner, ownScalars: true });
  }

  #tell(listener: GatewaySchemaLoadOrUpdateCallback): void {
    listener({ apiSchema: this.#supergraph.apiSchema, coreSupergraphSdl: this.#supergraph.sdl });
  }
}
