import type { IncomingMessage, Server } from 'node:http';
import { Closing, CodedError, SizedCache } from '@tributary/runtime';
import { textBytes } from '@tributary/subgraph-kit';
import { type DocumentNode, getOperationAST, parse } from 'graphql';
import { clientAddress } from '../http/client-address.ts';
import type { Edge } from '../http/edge.ts';
import { isServedHost } from '../http/served-host.ts';
import { budgetOwner, hasBudget, limited } from '../security/rate-limit.ts';
import { attachSockets } from './attach-sockets.ts';
import { EphemeralChannels } from './ephemeral-channels.ts';
import { EphemeralGroups } from './ephemeral-groups.ts';
import { EventStreams } from './event-streams.ts';
import { ExecutionTurns } from './execution-turns.ts';
import { FeedRegistry } from './feed-registry.ts';
import { LogHub } from './log-hub.ts';
import { OpenConnections } from './open-connections.ts';
import { createRealTimeFigures } from './real-time-figures.ts';
import type { AcceptedOperation, SocketDoors } from './socket-doors.ts';
import type { SocketLimits } from './socket-limits.ts';
import { isTopicChosen, readStreamSchema, type StreamingGraph, type StreamSchema } from './stream-routes.ts';
import { Subscriptions } from './subscriptions.ts';

export interface RealTimeOptions {
  readonly edge: Edge;
  /** The one in force; asked anew for each subscription, so that a new composition needs no new sockets. */
  readonly supergraph: () => StreamingGraph;
  readonly limits: SocketLimits;
  /** Calls back when another composition is in force. */
  readonly onSchema: (listener: () => void) => () => void;
}

export interface RealTime extends AsyncDisposable {
  /** Answers requests for events. */
  readonly events: EventStreams;
  /** See `OpenConnections.drain`: call it before the HTTP server closes. */
  drain(spreadMs: number, limitMs: number): Promise<void>;
}

/** Per topic; what lies further back is read from the log. */
const recentBounds = { records: 2_000, bytes: 8 * 1024 * 1024 };
const pageSize = 500;
/** Of documents of subscribers. */
const rememberedBytes = 32 * 1024 * 1024;

/**
 * Opens the real-time door on an HTTP server that need not listen yet: follows the log, then takes sockets and streams.
 * @throws CodedError ENGINE_UNAVAILABLE when the log cannot be followed, MODEL_INVALID when a subscription field has no source.
 */
export async function openRealTime(server: Server, options: RealTimeOptions): Promise<RealTime> {
  const { edge, limits } = options;
  const { clock, log: logger } = edge;
  const closing = new Closing();
  const figures = createRealTimeFigures(edge.metrics);
  const turns = new ExecutionTurns(clock);
  const hub = closing.use(
    'log hub',
    new LogHub({ log: edge.eventLog, cursors: edge.cursors, logger, recent: recentBounds, pageSize }),
  );
  const feeds = closing.use('feeds', new FeedRegistry({ hub, clock, logger, figures, turns }));
  const channels = closing.use('channels', new EphemeralChannels(edge.pubSub, logger));
  const ephemeral = closing.use('groups', new EphemeralGroups({ channels, clock, figures, turns }));
  const streams = streamsOf(options.supergraph);
  const subscriptions = new Subscriptions({
    streams,
    prepareStream: edge.prepareStream,
    charge: edge.charge,
    feeds,
    ephemeral,
    objectsPerEvent: limits.objectsPerEvent,
    heldBytes: limits.heldBytes,
  });
  const stopWatching = options.onSchema(() => void subscriptions.schemaChanged());
  closing.defer('schema', async () => stopWatching());
  try {
    await hub.follow(topicsOf(streams()));
  } catch (error) {
    await closing[Symbol.asyncDispose]();
    throw error;
  }
  const doors = socketDoors(edge);
  const connections = closing.use(
    'connections',
    new OpenConnections({ doors, subscriptions, limits, clock, logger, figures }),
  );
  attachSockets(server, connections);
  return {
    events: new EventStreams(connections),
    drain: (spreadMs, limitMs) => connections.drain(spreadMs, limitMs),
    [Symbol.asyncDispose]: () => closing[Symbol.asyncDispose](),
  };
}

function streamsOf(supergraph: () => StreamingGraph): () => StreamSchema {
  let read: { readonly graph: StreamingGraph; readonly streams: StreamSchema } | undefined;
  return () => {
    const graph = supergraph();
    if (read?.graph !== graph) read = { graph, streams: readStreamSchema(graph) };
    return read.streams;
  };
}

function topicsOf({ routes }: StreamSchema): readonly string[] {
  return [...routes.values()].flatMap((route) =>
    route.kind === 'log' && !isTopicChosen(route) ? [route.topic] : [],
  );
}

/** Sockets and streams enter through the doors HTTP requests use. */
function socketDoors(edge: Edge): SocketDoors {
  const { settings, authenticator, rateLimiter, revocations } = edge;
  const documents = new SizedCache<DocumentNode>(rememberedBytes);
  const addressOf = (request: IncomingMessage): string => clientAddress(request, settings.trustProxy);
  return {
    addressOf,
    servesHost: ({ headers }) => isServedHost(headers, settings.loopbackOnly),
    allowsOrigin: (origin, request) => settings.corsOrigins.includes(origin) || isSameOrigin(origin, request),
    onRevoked: (listener) => revocations.onRevoked(listener),
    isRevoked: (principal) => revocations.isRevoked(principal),
    authenticate: async (credentials, request) => {
      const tries = edge.triesOf(addressOf(request));
      try {
        return await authenticator.authenticate(credentials, tries);
      } catch (error) {
        const taken = await tries.takenFor(error);
        throw taken?.allowed === false ? limited(taken.retryAfterMs) : error;
      }
    },
    charge: async (principal, request) => {
      const decision = await rateLimiter.take(principal, addressOf(request));
      if (decision?.allowed === false) throw limited(decision.retryAfterMs);
    },
    accept: ({ query, operationName }): AcceptedOperation => {
      const { queryBytes, tokens } = settings.operations;
      if (Buffer.byteLength(query) > queryBytes) {
        throw new CodedError('PAYLOAD_TOO_LARGE', `The query is longer than ${queryBytes} bytes.`);
      }
      const document = documents.getOrMake(
        query,
        () => parse(query, { maxTokens: tokens }),
        () => textBytes(query),
      );
      // Validity and limits are for whoever runs it: `prepareStream` and `execute` pass the same gate.
      return { document, kind: getOperationAST(document, operationName)?.operation ?? 'query' };
    },
    enter: (principal, request) =>
      hasBudget(principal)
        ? edge.underWay.enter(budgetOwner(principal, addressOf(request)))
        : () => undefined,
    execute: (call) => edge.execute(call),
  };
}

/** The gateway's own pages (the explorer). `null`, the origin of sandboxed frames and files, is nobody's. */
function isSameOrigin(origin: string, { headers }: IncomingMessage): boolean {
  return URL.canParse(origin) && new URL(origin).host === headers.host;
}
