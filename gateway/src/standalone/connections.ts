import { Pool } from 'undici';
import type { ExchangeConnections } from '../execution/http-exchange.ts';
import { Http2Connections } from './http2-connections.ts';

export interface ConnectionsOptions {
  /** At most. */
  readonly connections: number;
  /** Of one answer, at most; one that is longer is ended. */
  readonly answerBytes: number;
  readonly h2: boolean;
}

/** Kept connections to one origin. With `h2` many exchanges share one: agreed on by ALPN, or, without TLS, known before (RFC 9113 §3.3). */
export function connectionsTo(
  origin: string,
  { connections, answerBytes, h2 }: ConnectionsOptions,
): ExchangeConnections {
  const pool = new Pool(origin, {
    connections,
    pipelining: 1,
    maxResponseSize: answerBytes,
    // Deadlines are of whole exchanges.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const http1: ExchangeConnections = {
    dispatch: ({ path, headers, body }, handler) => {
      pool.dispatch({ method: 'POST', path, headers: headers as string[], body }, handler as never);
    },
    close: () => pool.close(),
  };
  return h2 ? new Http2Connections({ origin, connections, answerBytes, older: http1 }) : http1;
}
