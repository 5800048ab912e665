import type { ClientHttp2Session } from 'node:http2';
import { type Dispatcher, errors, H2CClient, Pool } from 'undici';

export interface ConnectionsOptions {
  /** At most. */
  readonly connections: number;
  /** Of one answer, at most; beyond them its connection is ended. */
  readonly answerBytes: number;
  readonly h2: boolean;
}

/** What servers allow when they say nothing else (RFC 9113 §6.5.2 recommends no less). */
const streamsAtOnce = 100;

/** Kept connections to one origin. With `h2` many exchanges share one: agreed on by ALPN, or, without TLS, known before (RFC 9113 §3.3). */
export function connectionsTo(origin: string, { connections, answerBytes, h2 }: ConnectionsOptions): Pool {
  const bounds = {
    maxResponseSize: answerBytes,
    // Deadlines are of whole exchanges.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  if (!h2) return new Pool(origin, { ...bounds, connections, pipelining: 1 });
  const streams = { ...bounds, maxConcurrentStreams: streamsAtOnce, pipelining: streamsAtOnce };
  const pool = origin.startsWith('https:')
    ? new Pool(origin, { ...streams, connections, allowH2: true })
    : new Pool(origin, { connections, factory: (to) => new H2CClient(to, streams) });
  pool.on('connect', (to, targets) => {
    const client = targets.at(-1);
    if (client !== undefined) letEnd(client, to);
  });
  return pool;
}

/**
 * A server that retires a connection says so (GOAWAY), and answers what it has begun with. undici ends such a connection at once, with all that is under way on
 * it. Here it takes nothing new, and is closed when its last answer is there; what the server has not begun with is refused, and asked again.
 */
function letEnd(client: Dispatcher, origin: URL): void {
  const session = sessionOf(client);
  if (session === undefined) return;
  const atOnce = session.listeners('goaway');
  session.removeAllListeners('goaway');
  let isLeft = false;
  session.on('goaway', (code, ...more: unknown[]) => {
    if (code !== 0) for (const end of atOnce) end.call(session, code, ...more);
    // A server may say it twice: that it will go, and what was the last it took.
    else if (!isLeft) {
      isLeft = true;
      const reason = new errors.SocketError('The server retires the connection.');
      // The pool leaves it, and opens another one.
      client.emit('connectionError', origin, [client], reason);
      client.close().catch(() => undefined);
    }
  });
}

/** Undefined of a connection that came to speak HTTP/1.1. undici offers no other way to it. */
function sessionOf(client: Dispatcher): ClientHttp2Session | undefined {
  const key = Object.getOwnPropertySymbols(client).find(({ description }) => description === 'http2Session');
  const session: unknown = key && Reflect.get(client, key);
  return (session as ClientHttp2Session | null | undefined) ?? undefined;
}
