import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventLog } from '@tributary/engines/event-log';
import type { CursorCodec } from '@tributary/engines/event-log/cursor';
import type { KeyValue } from '@tributary/engines/key-value';
import type { PubSub } from '@tributary/engines/pubsub';
import { type Clock, Closing, CodedError, httpOrigin, type Logger, type Registry } from '@tributary/runtime';
import { composeSupergraph, type SubgraphContract } from '@tributary/schema';
import { noUrl } from '@tributary/schema/compose';
import type { AssertionMinter, AssertionVerifier, Subgraph, SubgraphCall } from '@tributary/subgraph-kit';
import type { FormattedExecutionResult } from 'graphql';
import type { GatewaySettings } from './config.ts';
import { createOperations } from './execution/operations.ts';
import { Arrivals } from './http/arrivals.ts';
import { addDoorRoutes } from './http/door-routes.ts';
import { closingRefusal, drainable } from './http/drain.ts';
import type { Edge } from './http/edge.ts';
import { createEdgeMetrics } from './http/edge-metrics.ts';
import { addExplainRoute } from './http/explain-route.ts';
import { addGraphQLRoute } from './http/graphql-route.ts';
import { addHealthRoutes, type HealthCheck, missingParts } from './http/health-routes.ts';
import { tellPipelinedAnswers } from './http/pipelined-answers.ts';
import { createHttpServer } from './http/server.ts';
import { addSessionRoutes } from './http/session-routes.ts';
import { addStreamDoorRoutes } from './http/stream-door-routes.ts';
import { addStudioRoutes } from './http/studio-routes.ts';
import { SupergraphProcess } from './planning/supergraph-process.ts';
import { createTrust } from './security/trust.ts';
import { UnderWay } from './security/under-way.ts';
import { openRealTime } from './subscriptions/real-time.ts';
import { defaultSocketLimits } from './subscriptions/socket-limits.ts';
import { admitUnlessLate, eventLoopLateness } from './traffic/load-shedding.ts';

export interface GatewayDependencies {
  readonly subgraphs: readonly Subgraph[];
  readonly eventLog: EventLog;
  readonly keyValue: KeyValue;
  readonly pubSub: PubSub;
  readonly cursors: CursorCodec;
  readonly minter: AssertionMinter;
  readonly verifier: AssertionVerifier;
  readonly settings: GatewaySettings;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Registry;
  /** Has the supergraph, or has it composed. @throws Error when the contracts do not compose */
  readonly compose?: (contracts: readonly SubgraphContract[], composing: Composing) => Promise<string>;
}

/** Composes contracts: here before anybody asks, and later beside the event loop. @throws Error when they do not compose */
export type Composing = (contracts: readonly SubgraphContract[]) => Promise<string>;

export interface ListeningGateway extends AsyncDisposable {
  readonly url: string;
}

export interface Gateway extends AsyncDisposable {
  /** Follows revocations, opens the port. @throws the server's own error (EADDRINUSE …) when it cannot be opened. */
  listen(address: { readonly port: number; readonly host: string }): Promise<ListeningGateway>;
  /** Executes a query or mutation for a process of ours, on behalf of whoever its assertion names, without charging anybody. */
  execute(call: SubgraphCall): Promise<FormattedExecutionResult>;
  /** @throws CodedError SUBGRAPH_UNAVAILABLE naming what is missing. */
  ready(): Promise<void>;
  /**
   * Composes again from the subgraphs' contracts of now, in a process of its own; requests and sockets go on.
   * @throws Error when one cannot be read or they do not compose; the old graph stays.
   */
  reload(): Promise<void>;
  readonly supergraphSdl: string;
}

/** How long requests that run may take to finish once the gateway is told to stop. */
const drainMs = 10_000;
/** The same for what runs on sockets, whose clients have their say before they go. */
const socketDrainMs = 8_000;
/** Over which sockets and streams are told to go elsewhere, so that they do not all come back at one moment. */
const socketSpreadMs = 1_000;

/** Builds a gateway over subgraphs, in the process or remote. Opens nothing. @throws Error when the subgraphs do not compose. */
export async function buildGateway(deps: GatewayDependencies): Promise<Gateway> {
  const { subgraphs, log, metrics, compose = (contracts, composing) => composing(contracts) } = deps;
  const edgeMetrics = createEdgeMetrics(metrics);
  const { refusals, ...trust } = createTrust({ ...deps, refusalsLost: edgeMetrics.refusalsLost });
  const supergraphSdl = await compose(subgraphs, async (contracts) => composeSupergraph(contracts));
  const reading = new SupergraphProcess({ log });
  const { sheddingDelayMs } = deps.settings.traffic;
  const lateness = sheddingDelayMs === undefined ? undefined : eventLoopLateness();
  const operations = createOperations({
    ...deps,
    admit:
      lateness && sheddingDelayMs !== undefined
        ? (kind) => admitUnlessLate(kind, lateness.lateMs, sheddingDelayMs)
        : undefined,
    supergraphSdl,
    reading,
    metrics: edgeMetrics,
    rateLimiter: trust.rateLimiter,
    onRefusal: refusals.report,
  });
  const { graph, graphServer } = operations;
  const arrivals = new Arrivals();
  const edge: Edge = {
    ...deps,
    ...trust,
    arrivals,
    underWay: new UnderWay(deps.settings.underWay, (caller) => arrivals.cutSlowest(caller)),
    charge: operations.charge,
    execute: operations.execute,
    prepareStream: operations.prepareStream,
  };
  await graphServer.start();
  const checks: readonly HealthCheck[] = [
    ...subgraphs.map((subgraph) => ({ name: subgraph.name, check: () => subgraph.ready() })),
    { name: 'event-log', check: () => deps.eventLog.ping() },
    { name: 'key-value', check: () => deps.keyValue.ping() },
    { name: 'pubsub', check: () => deps.pubSub.ping() },
    { name: 'revocations', check: () => mustBe(edge.revocations.caughtUp) },
  ];
  const closing = new Closing();
  if (lateness !== undefined) closing.use('lateness', lateness);
  closing.defer('graph server', () => graphServer.stop());
  closing.use('supergraph reading', reading);
  closing.use('refusal reports', refusals);
  closing.use('revocations', edge.revocations);
  let reloaded = Promise.resolve();
  return {
    get supergraphSdl() {
      return graph.supergraph.sdl;
    },
    listen: async ({ port, host }) => {
      await edge.revocations.start();
      const server = createHttpServer(edge, edgeMetrics);
      tellPipelinedAnswers(server.server);
      const drain = drainable(server.server);
      server.addHook('onRequest', async () => {
        if (drain.isClosing) throw closingRefusal();
      });
      const realTime = closing.use(
        'real time',
        await openRealTime(server.server, {
          edge,
          supergraph: () => graph.supergraph,
          limits: defaultSocketLimits,
          onSchema: (listener) => graph.onSchemaLoadOrUpdate(listener),
        }),
      );
      addGraphQLRoute(server, edge, { graphServer, events: realTime.events });
      addDoorRoutes(server, edge, { subgraphs, minter: deps.minter });
      addStreamDoorRoutes(server, edge, { subgraphs, minter: deps.minter });
      addHealthRoutes(server, checks, { metrics, access: deps.settings.metricsAccess });
      addExplainRoute(server, () => graph.supergraph, edge);
      addSessionRoutes(server, edge);
      addStudioRoutes(server);
      await server.listen({ port, host });
      closing.defer('http', async () => {
        const left = realTime.drain(socketSpreadMs, socketDrainMs);
        // Requests are taken while clients of sockets are told, and not for as long as these may take to leave.
        await Promise.race([left, sleep(socketSpreadMs)]);
        await drain.close(drainMs, {
          close: () => server.close(),
          left,
          cutSlow: () => arrivals.cutSlow(),
        });
      });
      const bound = server.server.address() as AddressInfo;
      return {
        url: httpOrigin(host, bound.port),
        [Symbol.asyncDispose]: () => closing[Symbol.asyncDispose](),
      };
    },
    execute: async ({ assertion, query, operationName, variables, requestId, signal, clientAddress }) => {
      const principal = await deps.verifier.verify(assertion);
      return edge.execute({
        principal,
        query,
        operationName,
        variables,
        requestId,
        signal,
        clientAddress,
        isOurs: true,
      });
    },
    ready: async () => {
      const missing = await missingParts(checks);
      if (missing.length > 0)
        throw new CodedError('SUBGRAPH_UNAVAILABLE', `Not ready: ${missing.join(', ')}.`, {
          details: { missing },
        });
    },
    reload: () => {
      // One after the other: what was composed last is what serves.
      reloaded = reloaded
        .catch(() => undefined)
        .then(async () => {
          const contracts = await Promise.all(subgraphs.map(contractOf));
          const composing: Composing = (all) =>
            reading.compose(all.map(({ name, sdl }) => ({ name, sdl, url: noUrl(name) })));
          await graph.replace(await compose(contracts, composing));
          log.info({ count: subgraphs.length }, 'the graph was composed anew');
        });
      return reloaded;
    },
    [Symbol.asyncDispose]: () => closing[Symbol.asyncDispose](),
  };
}

async function contractOf(subgraph: Subgraph): Promise<SubgraphContract> {
  return { name: subgraph.name, sdl: (await subgraph.readContract?.()) ?? subgraph.sdl };
}

function mustBe(condition: boolean): void {
  if (!condition) throw new Error('not yet');
}
