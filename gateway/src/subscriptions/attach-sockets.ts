import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { addressBlock } from '@tributary/runtime';
import { WebSocketServer } from 'ws';
import { sayLast } from '../http/unreadable-request.ts';
import {
  asksForWebSocket,
  leaveBehindAnswers,
  readTarget,
  serveWithoutUpgrade,
} from '../http/unusual-requests.ts';
import { closeCodes } from './close-codes.ts';
import type { OpenConnections } from './open-connections.ts';
import type { SocketDoors } from './socket-doors.ts';
import { SocketSession } from './socket-session.ts';
import { WaitingRoom } from './waiting-room.ts';

export interface AttachedSockets {
  /** How many sockets are open. */
  readonly size: number;
}

const path = '/graphql';
const subprotocol = 'graphql-transport-ws';
const waitingRoomFull = { address: '429 Too Many Requests', server: '503 Service Unavailable' };

/** Pieces of one message, as its sender cuts it and as it comes over the network: each takes hundreds of bytes, however small it is. */
const maxFragments = 256;
const fewestChunks = 4_096;
/** Networks bring more than that at once, but for the ends of what is sent: large messages come in more pieces. */
const chunkBytes = 512;

/**
 * Serves graphql-transport-ws on `/graphql` of an HTTP server, until its connections are drained. WebSockets elsewhere are refused, and offers
 * of other protocols are ignored.
 */
export function attachSockets(server: Server, connections: OpenConnections): AttachedSockets {
  const { shared } = connections;
  const { doors, limits, figures } = shared;
  const waitingRoom = new WaitingRoom(limits);
  let size = 0;
  const count = (change: 1 | -1): void => {
    size += change;
    figures.sockets.set(size);
  };
  const onClosed = (session: SocketSession): void => {
    connections.delete(session);
    count(-1);
  };
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.maxFrameBytes,
    maxFragments,
    maxBufferedChunks: Math.max(fewestChunks, Math.ceil(limits.maxFrameBytes / chunkBytes)),
    perMessageDeflate: false,
    clientTracking: false,
    handleProtocols: (offered) => (offered.has(subprotocol) ? subprotocol : false),
  });

  const onUpgrade = (request: IncomingMessage, stream: Duplex, head: Buffer): void => {
    if (leaveBehindAnswers(stream)) return;
    if (!asksForWebSocket(request)) {
      serveWithoutUpgrade(server, request, { stream, head });
      return;
    }
    readTarget(request);
    stream.on('error', () => stream.destroy());
    const refusal = refusalOf(request, doors, connections.isDraining);
    if (refusal !== undefined) {
      figures.closes.inc({ code: Number.parseInt(refusal, 10) });
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
      connections.add(session);
      count(1);
      if (socket.protocol !== subprotocol)
        session.close(closeCodes.subprotocolNotAcceptable, 'Subprotocol not acceptable');
      // Accepted while the drain began.
      else if (connections.isDraining) session.close(closeCodes.goingAway, 'going away');
    });
  };
  server.on('upgrade', onUpgrade);
  return {
    get size() {
      return size;
    },
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

/** `status` may be followed by further header lines. */
function refuse(stream: Duplex, status: string): void {
  sayLast(stream, `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
