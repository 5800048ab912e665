import type { Server } from 'node:http';
import { type Logger, type Registry, systemClock } from '@tributary/runtime';
import type { OperationTypeNode } from 'graphql';
import type { RequestInsight } from '../../insight/request-insight.ts';
import { attachSockets } from '../../subscriptions/attach-sockets.ts';
import { EventStreams } from '../../subscriptions/event-streams.ts';
import { OpenConnections } from '../../subscriptions/open-connections.ts';
import { createRealTimeFigures } from '../../subscriptions/real-time-figures.ts';
import type { AskedRequests } from '../asked-requests.ts';
import type { RequestsUnderWay } from '../requests-under-way.ts';
import type { StandaloneSettings } from '../settings-file.ts';
import { EventSourceUpstreams } from './event-source-upstreams.ts';
import { EventStreamEndpoint } from './event-stream-endpoint.ts';
import { SocketUpstreams } from './socket-upstreams.ts';
import { SourceEnds } from './source-ends.ts';
import { socketLimitsOf, standaloneDoors } from './standalone-doors.ts';
import { StreamGroups } from './stream-groups.ts';
import type { StreamGraph } from './stream-source.ts';

export interface StreamsOptions {
  readonly settings: StandaloneSettings;
  readonly requests: AskedRequests;
  readonly underWay: RequestsUnderWay;
  /** The one in force. */
  readonly graph: () => StreamGraph;
  /** Fields of requests that any subgraph may get. */
  readonly forwardedNames: readonly string[];
  readonly metrics: Registry;
  /** Undefined where nobody wants to know. */
  readonly insight: RequestInsight | undefined;
  /** @throws CodedError OVERLOADED for an operation that must wait for better times. */
  readonly admit: ((kind: OperationTypeNode) => void) | undefined;
  readonly log: Logger;
}

/** Everything that sends events to clients. */
export interface Streams extends AsyncDisposable {
  readonly events: EventStreamEndpoint;
  /** Lets clients go, each when what is under way for it has ended, which may take so long. Resolves when all have left. */
  drain(limitMs: number): Promise<void>;
  /** To be called when another supergraph is in force. */
  schemaChanged(): Promise<void>;
}

/** Takes sockets on `/graphql` of a server, and answers requests for `text/event-stream`. Connections to subgraphs are opened by the first who asks. */
export function openStreams(server: Server, options: StreamsOptions): Streams {
  const { settings, requests, underWay, graph, forwardedNames, metrics, insight, admit, log } = options;
  const figures = createRealTimeFigures(metrics);
  const limits = socketLimitsOf(settings);
  const groups = new StreamGroups({
    graph,
    upstreams: { ws: new SocketUpstreams(), sse: new EventSourceUpstreams() },
    settings,
    heldBytes: limits.heldBytes,
    figures,
    ends: new SourceEnds(metrics, log),
    insight,
    log,
  });
  const doors = standaloneDoors({
    operations: () => graph().operations,
    settings,
    underWay,
    forwardedNames,
    insight,
    admit,
    log,
  });
  const connections = new OpenConnections({
    doors,
    subscriptions: {
      start: ({ asker, ...asked }, subscriber, gone) => {
        const { forwarded = {}, key: askerKey = '' } = asker ?? {};
        return groups.start({ ...asked, forwarded, askerKey }, subscriber, gone);
      },
    },
    limits,
    clock: systemClock,
    logger: log,
    figures,
  });
  attachSockets(server, connections);
  const { inForce: limit } = settings.subscriptions;
  const streams = new EventStreams(connections);
  const events = new EventStreamEndpoint({ requests, underWay, doors, streams, limit, log });
  return {
    events,
    drain: (limitMs) => connections.drain(0, limitMs),
    schemaChanged: () => groups.schemaChanged(),
    [Symbol.asyncDispose]: async () => {
      await connections[Symbol.asyncDispose]();
      await groups[Symbol.asyncDispose]();
    },
  };
}
