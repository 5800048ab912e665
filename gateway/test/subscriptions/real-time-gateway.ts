import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EventLog } from '@tributary/engines/event-log';
import { createCursorCodec } from '@tributary/engines/event-log/cursor';
import { openEventLog } from '@tributary/engines/event-log/open';
import type { PubSub } from '@tributary/engines/pubsub';
import { openPubSub } from '@tributary/engines/pubsub/open';
import { Closing, CodedError, createLogger, Registry, systemClock } from '@tributary/runtime';
import { composeSupergraph } from '@tributary/schema';
import type { Principal } from '@tributary/subgraph-kit';
import { freshDatabase } from '@tributary/test-kit';
import { type GraphQLSchema, getArgumentValues, getOperationAST, Kind, parse, validate } from 'graphql';
import type { StreamPlanner } from '../../src/execution/stream-execution.ts';
import { loadSupergraph } from '../../src/planning/supergraph.ts';
import { AskedRequests } from '../../src/standalone/asked-requests.ts';
import { RequestsUnderWay } from '../../src/standalone/requests-under-way.ts';
import { defaultStandaloneSettings } from '../../src/standalone/settings-file.ts';
import { EventStreamEndpoint } from '../../src/standalone/streams/event-stream-endpoint.ts';
import { type AttachedSockets, attachSockets } from '../../src/subscriptions/attach-sockets.ts';
import { EphemeralChannels } from '../../src/subscriptions/ephemeral-channels.ts';
import { EphemeralGroups } from '../../src/subscriptions/ephemeral-groups.ts';
import { EventStreams } from '../../src/subscriptions/event-streams.ts';
import { ExecutionTurns, type TurnBounds } from '../../src/subscriptions/execution-turns.ts';
import { FeedRegistry } from '../../src/subscriptions/feed-registry.ts';
import { LogHub } from '../../src/subscriptions/log-hub.ts';
import { OpenConnections } from '../../src/subscriptions/open-connections.ts';
import { createRealTimeFigures } from '../../src/subscriptions/real-time-figures.ts';
import type { SocketDoors } from '../../src/subscriptions/socket-doors.ts';
import { defaultSocketLimits, type SocketLimits } from '../../src/subscriptions/socket-limits.ts';
import { readStreamSchema } from '../../src/subscriptions/stream-routes.ts';
import { Subscriptions } from '../../src/subscriptions/subscriptions.ts';
import { type AirportSubgraph, airportSubgraph } from './airport-subgraph.ts';
import { chargedNothing, preparedSubscription } from './prepared-subscription.ts';

/** Credentials of the tests: `Bearer <JSON of a principal, and when its token ends>`. */
export interface TestToken extends Partial<Principal> {
  readonly expiresAtMs?: number;
}

export interface RealTimeGateway extends AsyncDisposable {
  readonly url: string;
  readonly server: Server;
  readonly log: EventLog;
  readonly pubsub: PubSub;
  readonly airports: AirportSubgraph;
  readonly sockets: AttachedSockets;
  readonly eventStreams: EventStreams;
  drain(spreadMs: number, limitMs?: number): Promise<void>;
  readonly metrics: Registry;
  revoke(affects: (principal: Principal) => boolean): void;
  /** So many more from now on. */
  allowCharges(count: number): void;
}

export interface RealTimeGatewayOptions {
  readonly limits?: Partial<SocketLimits>;
  readonly recentLimit?: number;
  readonly turns?: TurnBounds;
  readonly chargesAllowed?: number;
  /** Until then credentials are looked at. */
  readonly authenticating?: Promise<unknown>;
}

/** The real-time half of a gateway over one real subgraph, the embedded log and embedded pubsub. */
export async function realTimeGateway(options: RealTimeGatewayOptions = {}): Promise<RealTimeGateway> {
  const closing = new Closing();
  const logger = createLogger({ name: 'test', level: 'silent' });
  const relational = closing.use('database', await freshDatabase());
  const log = closing.use('log', await openEventLog('embedded:', { relational, log: logger }));
  const pubsub = closing.use('pubsub', await openPubSub('embedded:', { relational }));
  await log.declareTopics(
    ['data.record', 'identity.member'].map((topic) => ({
      name: topic,
      partitions: 3,
      retentionMs: 3_600_000,
    })),
  );
  const airports = await airportSubgraph();
  const { name, sdl } = airports.subgraph;
  const streams = readStreamSchema(loadSupergraph(composeSupergraph([{ name, sdl }])));
  const metrics = new Registry();
  const figures = createRealTimeFigures(metrics);
  const cursors = createCursorCodec('a secret only the tests know');
  const recent = { records: options.recentLimit ?? 200, bytes: 1024 * 1024 };
  const hub = closing.use('hub', new LogHub({ log, cursors, logger, recent, pageSize: 50 }));
  await hub.follow(['data.record']);
  const clock = systemClock;
  const turns = new ExecutionTurns(clock, options.turns);
  const feeds = closing.use('feeds', new FeedRegistry({ hub, clock, logger, figures, turns }));
  const channels = closing.use('channels', new EphemeralChannels(pubsub, logger));
  const ephemeral = closing.use('groups', new EphemeralGroups({ channels, clock, figures, turns }));
  const prepareStream = preparing(streams.schema, airports);
  const limits = { ...defaultSocketLimits, ...options.limits };
  const { objectsPerEvent, heldBytes } = limits;
  const subscriptions = new Subscriptions({
    streams: () => streams,
    prepareStream,
    feeds,
    ephemeral,
    objectsPerEvent,
    heldBytes,
    charge: chargedNothing,
  });
  const server = createServer((request, response) => void endpoint.handle(request, response));
  const revocations: Revocations = { listeners: new Set(), affects: () => false };
  const charges = { left: options.chargesAllowed ?? 1_000_000 };
  const doors = testDoors(streams.schema, airports, {
    revocations,
    charges,
    authenticating: options.authenticating,
  });
  const connections = new OpenConnections({ doors, subscriptions, limits, clock, logger, figures });
  const sockets = attachSockets(server, connections);
  const eventStreams = new EventStreams(connections);
  const requests = new AskedRequests(defaultStandaloneSettings);
  const endpoint = new EventStreamEndpoint({
    requests,
    underWay: new RequestsUnderWay(100),
    doors,
    streams: eventStreams,
    limit: 100,
    log: logger,
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.defer('server', () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    return closed;
  });
  closing.use('connections', connections);
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    server,
    log,
    pubsub,
    airports,
    sockets,
    eventStreams,
    drain: (spreadMs, limitMs = 5_000) => connections.drain(spreadMs, limitMs),
    metrics,
    revoke: (affects) => {
      revocations.affects = affects;
      for (const listener of revocations.listeners) listener();
    },
    allowCharges: (count) => {
      charges.left = count;
    },
    [Symbol.asyncDispose]: () => closing[Symbol.asyncDispose](),
  };
}

function preparing(schema: GraphQLSchema, airports: AirportSubgraph): StreamPlanner['prepareStream'] {
  return ({ query, document = parse(query), operationName, variables: given = {} }) => {
    const selection = getOperationAST(document, operationName)?.selectionSet.selections[0];
    const fieldName = selection?.kind === Kind.FIELD ? selection.name.value : '';
    const field = schema.getSubscriptionType()?.getFields()[fieldName];
    if (field === undefined || selection?.kind !== Kind.FIELD)
      throw new CodedError('BAD_USER_INPUT', 'No such subscription.');
    return preparedSubscription(document, given, (variables) => ({
      fieldName,
      cost: 1,
      args: getArgumentValues(field, selection, { ...variables }),
      execute: async (principal, stream, requestId) => {
        const assertion = await airports.minter.mint(principal);
        return airports.subgraph.execute({ query, operationName, variables, assertion, requestId, stream });
      },
    }));
  };
}

interface Revocations {
  readonly listeners: Set<() => void>;
  affects: (principal: Principal) => boolean;
}

interface DoorOptions {
  readonly revocations: Revocations;
  readonly charges: { left: number };
  readonly authenticating: Promise<unknown> | undefined;
}

function testDoors(schema: GraphQLSchema, airports: AirportSubgraph, options: DoorOptions): SocketDoors {
  return {
    authenticate: async ({ authorization, workspace = 'ws-1' }) => {
      await options.authenticating;
      const anonymous: Principal = {
        kind: 'anonymous',
        id: 'anonymous',
        workspaceId: workspace,
        role: null,
        scopes: null,
      };
      if (authorization === undefined) return { principal: anonymous, expiresAtMs: undefined };
      if (authorization === 'Bearer forged')
        throw new CodedError('UNAUTHENTICATED', 'The access token is not valid.');
      const { expiresAtMs, ...claims } = JSON.parse(authorization.slice('Bearer '.length)) as TestToken;
      return { principal: { ...anonymous, kind: 'user', ...claims }, expiresAtMs };
    },
    charge: async () => {
      options.charges.left -= 1;
      if (options.charges.left < 0) throw new CodedError('RATE_LIMITED', 'Too many requests.');
    },
    enter: () => () => undefined,
    accept: ({ query, operationName }) => {
      const document = parse(query);
      const [fault] = validate(schema, document);
      if (fault !== undefined) throw fault;
      return { document, kind: getOperationAST(document, operationName)?.operation ?? 'query' };
    },
    execute: async ({ query, operationName, variables, principal, requestId, signal }) => {
      const assertion = await airports.minter.mint(principal);
      return airports.subgraph.execute({ query, operationName, variables, assertion, requestId, signal });
    },
    onRevoked: (listener) => {
      options.revocations.listeners.add(listener);
      return { [Symbol.dispose]: () => void options.revocations.listeners.delete(listener) };
    },
    isRevoked: (principal) => options.revocations.affects(principal),
    servesHost: () => true,
    allowsOrigin: (origin) => origin === 'https://app.example',
    addressOf: (request) => request.socket.remoteAddress ?? '',
  };
}
