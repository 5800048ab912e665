import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CodedError, httpOrigin, type Logger, Registry } from '@tributary/runtime';
import type { OperationTypeNode } from 'graphql';
import { graphqlAnswer } from '../http/coded-answer.ts';
import { crossOriginHeaders, isPreflight, type PageAccess, preflightHeaders } from '../http/cross-origin.ts';
import { closingRefusal, drainable } from '../http/drain.ts';
import { beginInTurn, tellPipelinedAnswers } from '../http/pipelined-answers.ts';
import { prefersEvents } from '../http/preferred-type.ts';
import { answerUnreadable, endSlowArrival } from '../http/unreadable-request.ts';
import { answerUnusual } from '../http/unusual-requests.ts';
import { createPlanningFigures } from '../planning/planning-figures.ts';
import { inTurns } from '../planning/steps.ts';
import { SupergraphProcess, type SupergraphReading } from '../planning/supergraph-process.ts';
import { Beginnings } from '../traffic/beginnings.ts';
import { admitUnlessLate, eventLoopLateness } from '../traffic/load-shedding.ts';
import type { AskedOperations } from './asked-operations.ts';
import { AskedRequests } from './asked-requests.ts';
import { insightOf, isObserved, plannedCounter } from './gateway-insight.ts';
import { GraphQLEndpoint } from './graphql-endpoint.ts';
import { leaveSubgraphs } from './http-subgraphs.ts';
import { graphLoading, loadedGraph, namesIn } from './loaded-graph.ts';
import { pageAccess } from './page-access.ts';
import { RequestsUnderWay } from './requests-under-way.ts';
import type { StandaloneSettings } from './settings-file.ts';
import type { EventStreamEndpoint } from './streams/event-stream-endpoint.ts';
import { openStreams } from './streams/open-streams.ts';
import type { StreamGraph } from './streams/stream-source.ts';
import { unknownNames } from './unknown-names.ts';

export { defaultStandaloneSettings } from './settings-file.ts';

export interface StandaloneOptions {
  readonly supergraphSdl: string;
  readonly settings: StandaloneSettings;
  /** Where its figures go; undefined where nobody reads them. */
  readonly metrics?: Registry | undefined;
  /** Tracing is on: `startTelemetry` was told an endpoint. */
  readonly isTraced?: boolean;
  /** Where another supergraph is read; in a process of its own when absent. */
  readonly reading?: Pick<SupergraphReading, 'read'> | undefined;
  readonly log: Logger;
}

export interface StandaloneGateway extends AsyncDisposable {
  /** @throws the server's own error (EADDRINUSE …) when the port cannot be opened. */
  listen(address: { readonly port: number; readonly host: string }): Promise<{ readonly url: string }>;
  /**
   * Serves another supergraph. What runs ends on the one before, and the operations of late are planned before the new one serves.
   * @throws CodedError CONFIG_INVALID when it is no supergraph; the one in force stays.
   */
  replace(supergraphSdl: string): Promise<void>;
  /** Requests that came and are not answered. */
  readonly underWay: number;
  /** Resolves while it takes requests. @throws CodedError OVERLOADED before it listens, and once it is being disposed of */
  ping(): Promise<void>;
}

/** Until the answer of what took its time is out. */
const lastAnswersMs = 1_000;

/** Builds a gateway over a supergraph of anyone's subgraphs. Opens nothing. @throws CodedError CONFIG_INVALID when it is no supergraph. */
export function buildStandaloneGateway(options: StandaloneOptions): StandaloneGateway {
  const { supergraphSdl, settings, log } = options;
  const metrics = options.metrics ?? new Registry();
  const insight = isObserved(options) ? insightOf(options, metrics) : undefined;
  const planned = insight && plannedCounter(metrics);
  const onRead = planned && ((): void => planned.inc());
  const figures = insight && createPlanningFigures(metrics);
  const beginnings = new Beginnings();
  const onAnswered = (): void => beginnings.answered();
  const known = { settings, insight, onAnswered, onRead, figures, log };
  const own = new SupergraphProcess({ log });
  const { reading = own } = options;
  let inForce = loadedGraph(supergraphSdl, known);
  const unknown = unknownNames(settings, namesIn(inForce));
  if (unknown !== undefined) {
    void inForce.operations.close();
    throw unknown;
  }
  const { shedding, arrivalMs, keepAliveMs: keepAliveTimeout } = settings;
  const lateness = shedding && eventLoopLateness();
  const admit =
    lateness && ((kind: OperationTypeNode) => admitUnlessLate(kind, lateness.lateMs, shedding.delayMs));
  const forwardedNames = [
    ...new Set(
      [settings.headers, ...Object.values(settings.subgraphs).map(({ headers }) => headers)].flatMap(
        ({ forward }) => forward,
      ),
    ),
  ];
  const operations = (): AskedOperations => inForce.operations;
  const requests = new AskedRequests(settings);
  const underWay = new RequestsUnderWay(settings.limits.underWay);
  const endpoint = new GraphQLEndpoint({
    settings,
    requests,
    underWay,
    operations,
    forwardedNames,
    insight,
    admit,
    beginnings,
    log,
  });
  const routes: Routes = {
    endpoint,
    events: (request, response) => streams.events.handle(request, response),
    corsOrigins: settings.corsOrigins,
    access: pageAccess(forwardedNames),
    arrivalMs,
    isReady: () => isReady,
    isClosing: () => drain.isClosing,
  };
  const server = createServer(
    {
      headersTimeout: arrivalMs,
      requestTimeout: 10 * arrivalMs,
      // Node looks at them every 30 seconds else, and a head could take twice as long.
      connectionsCheckingInterval: Math.ceil(arrivalMs / 10),
      keepAliveTimeout,
    },
    (request, response) => beginInTurn(response, () => route(request, response, routes)),
  );
  server.on('clientError', answerUnreadable);
  answerUnusual(server);
  const graph = (): StreamGraph => inForce;
  const streams = openStreams(server, {
    settings,
    requests,
    underWay,
    graph,
    forwardedNames,
    metrics,
    insight,
    admit,
    log,
  });
  tellPipelinedAnswers(server);
  const drain = drainable(server);
  let isReady = false;
  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    isReady = false;
    lateness?.[Symbol.dispose]();
    const givenUp = own[Symbol.asyncDispose]();
    // Clients of streams may take their time to go, but nobody new comes.
    const closed = new Promise((resolve) => server.close(() => resolve(undefined)));
    const longestMs = settings.deadline?.ms ?? inForce.subgraphs.timeoutMs;
    const left = streams.drain(longestMs);
    const cutSlow = (): void => underWay.cutSlow();
    await drain.close(longestMs + lastAnswersMs, { close: () => closed, left, cutSlow });
    await streams[Symbol.asyncDispose]();
    await Promise.all([
      givenUp,
      inForce.operations.close(),
      ...[...inForce.subgraphs.opened.values()].map((subgraph) => subgraph[Symbol.asyncDispose]()),
    ]);
  };
  const take = async (sdl: string): Promise<void> => {
    if (stopped !== undefined) return;
    const before = inForce;
    const next = await inTurns(graphLoading(await reading.read(sdl), known, before.subgraphs));
    await next.operations.warm(before.operations);
    // It may have stopped meanwhile.
    void (stopped === undefined ? before : next).operations.close();
    if (stopped !== undefined) return;
    inForce = next;
    // Of a subgraph or a label that is gone, or not there yet.
    const reason = unknownNames(settings, namesIn(next))?.message;
    if (reason !== undefined) log.warn({ reason }, 'the settings name what the supergraph does not have');
    void streams.schemaChanged();
    leaveSubgraphs(before.subgraphs, next.subgraphs, insight);
  };
  let replaced = Promise.resolve();
  return {
    listen: ({ port, host }) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen({ port, host }, () => {
          server.off('error', reject);
          isReady = true;
          const bound = server.address() as AddressInfo;
          resolve({ url: httpOrigin(host, bound.port) });
        });
      }),
    get underWay() {
      return underWay.size;
    },
    ping: async () => {
      if (!isReady) throw new CodedError('OVERLOADED', 'The gateway starts or stops.');
    },
    replace: (sdl) => {
      // One after the other: what was handed over last is what serves.
      replaced = replaced.catch(() => undefined).then(() => take(sdl));
      return replaced;
    },
    [Symbol.asyncDispose]: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

interface Routes {
  readonly endpoint: GraphQLEndpoint;
  readonly events: EventStreamEndpoint['handle'];
  readonly corsOrigins: readonly string[];
  readonly access: PageAccess;
  readonly arrivalMs: number;
  readonly isReady: () => boolean;
  readonly isClosing: () => boolean;
}

function route(
  request: IncomingMessage,
  response: ServerResponse,
  { endpoint, events, corsOrigins, access, arrivalMs, isReady, isClosing }: Routes,
): void {
  const { url = '', method = '', headers } = request;
  const [path = ''] = url.split('?', 1);
  endSlowArrival(request, arrivalMs);
  if (isPreflight({ method, headers })) {
    response.writeHead(204, preflightHeaders(headers.origin, corsOrigins, access)).end();
    return;
  }
  if (headers.origin !== undefined)
    for (const [name, value] of Object.entries(crossOriginHeaders(headers.origin, corsOrigins, access)))
      response.setHeader(name, value);
  if (path === '/graphql' && isClosing()) {
    const { status, headers: told, contentType, body } = graphqlAnswer(closingRefusal());
    response.writeHead(status, { ...told, 'content-type': contentType }).end(body);
  } else if (path === '/graphql') {
    void (prefersEvents(headers) ? events(request, response) : endpoint.handle(request, response));
  } else if (path === '/health/live' || path === '/health/ready') {
    if (method === 'GET' || method === 'HEAD') {
      const isThere = path === '/health/live' || isReady();
      json(response, isThere ? 200 : 503, { status: isThere ? path.slice(8) : 'not ready' });
    } else {
      response.setHeader('allow', 'GET, HEAD');
      json(response, 405, { code: 'METHOD_NOT_ALLOWED', detail: 'Health is asked with GET.' });
    }
  } else json(response, 404, { code: 'ROUTE_NOT_FOUND', detail: 'The graph is at /graphql.' });
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}
