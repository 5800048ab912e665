import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { addressBlock, type Clock, type Logger } from '@tributary/runtime';
import { asGraphQLError, maskError } from '@tributary/subgraph-kit';
import { WebSocketServer } from 'ws';
import { asksForWebSocket, serveWithoutUpgrade } from '../http/unusual-requests.ts';
import { closeCodes } from './close-codes.ts';
import { TurnFlusher } from './frame-writer.ts';
import type { RealTimeFigures } from './real-time-figures.ts';
import type { SharedBySockets, SubscriptionStarter } from './shared-by-sockets.ts';
import type { SocketDoors } from './socket-doors.ts';
import { SocketCounts, type SocketLimits } from './socket-limits.ts';
import { SocketSession } from './socket-session.ts';
import { UnreadPayloads } from './unread-payloads.ts';
import { WaitingRoom } from './waiting-room.ts';

export interface AttachSocketsOptions {
  readonly doors: SocketDoors;
  readonly subscriptions: SubscriptionStarter;
  readonly limits: SocketLimits;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly figures: RealTimeFigures;
}

export interface AttachedSockets extends AsyncDisposable {
  /** How many sockets are open. */
  readonly size: number;
  /**
   * Takes no further sockets and closes those there are with 1001, spread over `spreadMs` so that clients do not all come back at
   * one moment. Resolves when all are closed. Disposing is the same without the spread.
   */
  drain(spreadMs: number): Promise<void>;
}

const path = '/graphql';
const subprotocol = 'graphql-transport-ws';
const sweepMs = 1_000;
const waitingRoomFull = { address: '429 Too Many Requests', server: '503 Service Unavailable' };

/** Serves graphql-transport-ws on `/graphql` of an HTTP server. WebSockets elsewhere are refused, and offers of other protocols are ignored. */
export function attachSockets(server: Server, options: AttachSocketsOptions): AttachedSockets {
  const { doors, limits, clock, logger, figures } = options;
  const sessions = new Set<SocketSession>();
  const waitingRoom = new WaitingRoom(limits);
  let isDraining = false;
  const shared: SharedBySockets = {
    ...options,
    counts: new SocketCounts(),
    flusher: new TurnFlusher(),
    unread: new UnreadPayloads(limits.unreadBytes),
    shown: (error) => maskError(error, logger).toJSON(),
    shownCoded: (error) => maskError(asGraphQLError(error), logger).toJSON(),
  };
  const onClosed = (session: SocketSession): void => {
    sessions.delete(session);
    figures.sockets.set(sessions.size);
  };
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.maxFrameBytes,
    perMessageDeflate: false,
    clientTracking: false,
    handleProtocols: (offered) => (offered.has(subprotocol) ? subprotocol : false),
  });

  const onUpgrade = (request: IncomingMessage, stream: Duplex, head: Buffer): void => {
    if (!asksForWebSocket(request)) {
      serveWithoutUpgrade(server, request, { stream, head });
      return;
    }
    stream.on('error', () => stream.destroy());
    const refusal = refusalOf(request, doors, isDraining);
    if (refusal !== undefined) {
      refuse(stream, refusal);
      return;
    }
    const admission = waitingRoom.admit(addressBlock(doors.addressOf(request)));
    if ('full' in admission) {
      figures.closes.inc({ code: admission.full === 'address' ? 429 : 503 });
      refuse(stream, `${waitingRoomFull[admission.full]}\r\nRetry-After: 1`);
      return;
    }
    const { leave } = admission;
    stream.once('close', leave);
    sockets.handleUpgrade(request, stream, head, (socket) => {
      const session = new SocketSession(shared, { socket, stream, request, onEntered: leave, onClosed });
      sessions.add(session);
      figures.sockets.set(sessions.size);
      if (socket.protocol !== subprotocol)
        session.close(closeCodes.subprotocolNotAcceptable, 'Subprotocol not acceptable');
      // Accepted while the drain began.
      else if (isDraining) session.close(closeCodes.goingAway, 'going away');
    });
  };
  server.on('upgrade', onUpgrade);

  const revocations = doors.onRevoked(() => {
    for (const session of [...sessions]) {
      const { identity } = session;
      if (identity !== undefined && doors.isRevoked(identity.principal, identity.issuedAtMs)) {
        session.close(closeCodes.forbidden, 'FORBIDDEN: these rights were revoked');
      }
    }
  });
  const sweep = setInterval(() => {
    const nowMs = clock.monotonicMs();
    for (const session of [...sessions]) session.keepAlive(nowMs);
  }, sweepMs);
  sweep.unref();

  let drained: Promise<void> | undefined;
  const drainOnce = async (spreadMs: number): Promise<void> => {
    const stepMs = spreadMs / Math.max(1, sessions.size);
    const leaving = [...sessions];
    await Promise.all(leaving.map((session, index) => session.closeWithin(index * stepMs)));
    clearInterval(sweep);
    revocations[Symbol.dispose]();
    server.off('upgrade', onUpgrade);
    server.on('upgrade', refuseUpgrade);
  };
  const drain = (spreadMs: number): Promise<void> => {
    isDraining = true;
    drained ??= drainOnce(spreadMs);
    return drained;
  };
  return {
    get size() {
      return sessions.size;
    },
    drain,
    [Symbol.asyncDispose]: () => drain(0),
  };
}

/** The status line of the refusal; undefined to go on. */
function refusalOf(request: IncomingMessage, doors: SocketDoors, isDraining: boolean): string | undefined {
  if (!doors.servesHost(request)) return '421 Misdirected Request';
  const [requestPath] = (request.url ?? '').split('?', 1);
  if (requestPath !== path) return '404 Not Found';
  if (isDraining) return '503 Service Unavailable';
  // A browser sends cookies along for any page, but names the page: strangers' pages are refused before anything is read.
  const { origin } = request.headers;
  return origin !== undefined && !doors.allowsOrigin(origin, request) ? '403 Forbidden' : undefined;
}

function refuseUpgrade(_request: IncomingMessage, stream: Duplex): void {
  refuse(stream, '503 Service Unavailable');
}

/** `status` may be followed by further header lines. */
function refuse(stream: Duplex, status: string): void {
  stream.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
