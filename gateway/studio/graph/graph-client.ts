import { createResumableClient, type ResumableClient } from '@tributary/client';
import { Client, cacheExchange, type Exchange, fetchExchange } from '@urql/core';
import type { Session } from '../session/session.ts';
import { Live } from './live.ts';
import { namedTypes } from './named-types.ts';
import { refusedAnswers } from './refused-answers.ts';

/** The graph as this tab asks it: over HTTP, and over one socket whose subscriptions go on where they were cut off. */
export interface Graph {
  readonly client: Client;
  readonly live: Live;
  /** For answers that are large and asked for once: the cache of the other keeps each as long as the tab is open. */
  readonly uncached: Client;
}

const graphUrl = (): URL => new URL('/graphql', location.href);

export function createGraph(session: Session): Graph {
  const url = graphUrl();
  const socket = openSocket(session);
  const client = new Client({
    url: url.href,
    preferGetMethod: false,
    fetch: (input, init) => authorizedFetch(session, input, init),
    exchanges: exchangesOver([fetchExchange]),
  });
  const uncached = new Client({
    url: url.href,
    preferGetMethod: false,
    fetch: (input, init) => authorizedFetch(session, input, init),
    exchanges: uncachedExchangesOver([fetchExchange]),
  });
  return { client, uncached, live: new Live(socket) };
}

/** Closed by the gateway because what the socket was opened with counts no more: the session or the role has changed. */
const credentialsEnded = 4403;
/** A socket that says nothing is asked whether it lives, and given up when it does not answer. */
const keepAliveMs = 20_000;
const answerMs = 10_000;

/** `own`: headers that somebody wrote in the explorer; with credentials among them the socket is theirs, and not the session's. */
export function openSocket(session: Session, own: Readonly<Record<string, string>> = {}): ResumableClient {
  const url = graphUrl();
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  const isSomebodyElse = hasCredentials(own);
  let shown: string | undefined;
  let refused: string | undefined;
  let silence: ReturnType<typeof setTimeout> | undefined;
  const socket = createResumableClient({
    url: url.href,
    lazyCloseTimeout: 5_000,
    keepAlive: keepAliveMs,
    // A tab is open for days: however long the gateway is away, it comes back with it.
    retryAttempts: Number.POSITIVE_INFINITY,
    // The session's credentials are renewed. Others that are refused stay refused: whoever wrote them is told why.
    shouldRetry: () => !isSomebodyElse || refused === undefined,
    // Asked at each connection: sockets end with their token, and come back with the next. Until that is so, the token itself may look good.
    connectionParams: async () => {
      if (isSomebodyElse) return own;
      const token = refused === undefined ? await session.token() : await session.renewed(refused);
      shown = token;
      refused = undefined;
      return { ...own, authorization: `Bearer ${token ?? ''}` };
    },
    on: {
      closed: (event) => {
        clearTimeout(silence);
        if (codeOf(event) === credentialsEnded) refused = isSomebodyElse ? 'theirs' : shown;
      },
      ping: (isReceived) => {
        if (isReceived) return;
        clearTimeout(silence);
        silence = setTimeout(() => socket.terminate(), answerMs);
      },
      message: () => clearTimeout(silence),
    },
  });
  return socket;
}

function codeOf(event: unknown): unknown {
  return typeof event === 'object' && event !== null && 'code' in event ? event.code : undefined;
}

/** What stands between the pages and the wires. */
export function exchangesOver(wires: readonly Exchange[]): Exchange[] {
  return [cacheExchange, refusedAnswers, ...wires];
}

/** The same without what is kept. Types are asked for as the cache does: it is with them that the console's operations are listed. */
export function uncachedExchangesOver(wires: readonly Exchange[]): Exchange[] {
  return [namedTypes, refusedAnswers, ...wires];
}

/** With the token of now; once more with another when it is refused, because it may have been revoked or have run out on the way. */
export async function authorizedFetch(
  session: Session,
  input: RequestInfo | URL,
  init: RequestInit = {},
): Promise<Response> {
  const { stay } = session;
  const asked = { ...init, signal: init.signal ? AbortSignal.any([init.signal, stay]) : stay };
  // In the explorer one may ask as somebody else.
  if (hasCredentials(init.headers)) return fetch(input, asked);
  const token = await session.token();
  const first = await fetch(input, withToken(asked, token));
  if (first.status !== 401 || token === undefined) return first;
  const renewed = await session.renewed(token);
  return renewed === undefined ? first : fetch(input, withToken(asked, renewed));
}

function hasCredentials(headers: HeadersInit | undefined): boolean {
  const own = new Headers(headers);
  return own.has('authorization') || own.has('x-api-key');
}

function withToken(init: RequestInit, token: string | undefined): RequestInit {
  if (token === undefined) return init;
  const headers = new Headers(init.headers);
  headers.set('authorization', `Bearer ${token}`);
  return { ...init, headers };
}
