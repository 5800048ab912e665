import { H2CClient, Pool } from 'undici';

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
  if (origin.startsWith('https:')) return new Pool(origin, { ...streams, connections, allowH2: true });
  return new Pool(origin, { connections, factory: (to) => new H2CClient(to, streams) });
}
