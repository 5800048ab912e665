import { CodedError, currentTraceparent, type Logger } from '@tributary/runtime';
import type { AssertionMinter, Principal, Subgraph } from '@tributary/subgraph-kit';
import type { FormattedExecutionResult, OperationTypeNode } from 'graphql';
import type { GatewaySettings } from '../config.ts';
import type { EdgeOperation } from '../http/edge.ts';
import { circuitFigures, type EdgeMetrics } from '../http/edge-metrics.ts';
import { observedFetch } from '../insight/observed-fetch.ts';
import { OperationTrace } from '../insight/operation-trace.ts';
import { RequestInsight } from '../insight/request-insight.ts';
import type { SupergraphReading } from '../planning/supergraph-process.ts';
import type { EarlyRefusal } from '../security/early-refusal.ts';
import { ListedOperations } from '../security/listed-operations.ts';
import type { RateLimiter } from '../security/rate-limit.ts';
import { bulkhead } from '../traffic/bulkhead.ts';
import { Admission } from './admission.ts';
import { codedFormattedError } from './answer-errors.ts';
import type { SubgraphFetch } from './compiled/subgraph-fetch.ts';
import { WrittenData } from './compiled/written-data.ts';
import { FederatedGraph } from './federated-graph.ts';
import { createGraphServer, type GraphServer, type ScopedContext } from './graph-server.ts';
import { createOperationCharge, type OperationCharge } from './operation-charge.ts';
import { createStreamPlanner, type StreamPlanner } from './stream-execution.ts';
import { createSubgraphBreaker } from './subgraph-breaker.ts';
import { subgraphFetch } from './subgraph-fetches.ts';

export interface OperationsOptions {
  readonly supergraphSdl: string;
  /** Of those that come in its stead. */
  readonly reading: Pick<SupergraphReading, 'read'>;
  readonly subgraphs: readonly Subgraph[];
  readonly minter: AssertionMinter;
  readonly settings: GatewaySettings;
  readonly log: Logger;
  readonly metrics: EdgeMetrics;
  readonly rateLimiter: RateLimiter;
  readonly onRefusal: (principal: Principal, refusal: EarlyRefusal) => void;
  /** @throws CodedError OVERLOADED for an operation that must wait for better times. */
  readonly admit: ((kind: OperationTypeNode) => void) | undefined;
}

/** Everything that runs operations, over one graph and one gate. */
export interface Operations extends StreamPlanner {
  readonly graph: FederatedGraph;
  readonly graphServer: GraphServer;
  /** The gate of the supergraph in force. */
  admission(): Admission;
  readonly charge: OperationCharge;
  /** Runs a query or mutation outside HTTP. Errors are masked. Never rejects. */
  execute(operation: EdgeOperation): Promise<FormattedExecutionResult>;
}

/** Failures in a row after which a subgraph is not waited for, and the pause before the next try. */
const breakerThreshold = 5;
const breakerPauseMs = 2_000;

export function createOperations(options: OperationsOptions): Operations {
  const { settings, log, onRefusal } = options;
  const fetches = options.subgraphs.map((subgraph) => [subgraph.name, fetchOf(subgraph, options)] as const);
  const { supergraphSdl, reading } = options;
  const graph = new FederatedGraph(supergraphSdl, new Map(fetches), { reading, log });
  const admissionOptions = {
    limits: settings.operations,
    introspectionClosed: settings.production,
    listed: settings.listedOperations && new ListedOperations(settings.listedOperations),
    log,
    onRefusal,
  };
  let admission = new Admission(graph.supergraph, admissionOptions);
  graph.onSchemaLoadOrUpdate(() => {
    admission = new Admission(graph.supergraph, admissionOptions);
  });
  const charge = createOperationCharge(options.rateLimiter, log);
  const insight = new RequestInsight({
    figures: options.metrics,
    slowMs: settings.traffic.slowMs,
    // Below the door of REST, or whatever of ours asks. What is sampled is the process's own choice.
    openTrace: (traceparent) => OperationTrace.open(traceparent ?? currentTraceparent()),
    log,
  });
  const graphServer = createGraphServer(graph, () => admission, {
    ...admissionOptions,
    charge,
    insight,
    admit: options.admit,
  });
  const planner = createStreamPlanner({
    graph,
    admission: () => admission,
    admit: options.admit,
    insight,
    log,
  });
  return {
    graph,
    graphServer,
    admission: () => admission,
    charge,
    prepareStream: planner.prepareStream,
    execute: async ({ query, operationName, variables, door = 'internal', ...scope }) => {
      const { queryBytes } = settings.operations;
      if (Buffer.byteLength(query) > queryBytes) {
        return {
          errors: [
            codedFormattedError(
              new CodedError('PAYLOAD_TOO_LARGE', `The query is longer than ${queryBytes} bytes.`),
            ),
          ],
        };
      }
      const contextValue: ScopedContext = { ...scope, door, seen: {} };
      const request = {
        query,
        ...(operationName === undefined ? {} : { operationName }),
        ...(variables === undefined ? {} : { variables }),
      };
      const { body } = await graphServer.executeOperation(request, { contextValue });
      const result = body.kind === 'single' ? body.singleResult : body.initialResult;
      const { data } = result;
      return (
        data instanceof WrittenData ? { ...result, data: data.read() } : result
      ) as FormattedExecutionResult;
    },
  };
}

function fetchOf(subgraph: Subgraph, { minter, settings, metrics }: OperationsOptions): SubgraphFetch {
  const { name } = subgraph;
  const state = metrics.breakerState.labels(name);
  state.set(circuitFigures.closed);
  const breaker = createSubgraphBreaker({
    timeoutMs: settings.traffic.subgraphTimeoutMs,
    failureThreshold: breakerThreshold,
    retryAfterMs: breakerPauseMs,
  });
  const fetch = bulkhead(subgraphFetch({ subgraph, minter, breaker }), name, {
    limits: settings.traffic.bulkhead,
    waitMs: settings.traffic.subgraphTimeoutMs,
  });
  return observedFetch(fetch, name, (outcome, durationMs) => {
    metrics.fetchSeconds.observe({ subgraph: name, outcome }, durationMs / 1000);
    state.set(circuitFigures[breaker.state]);
  });
}
