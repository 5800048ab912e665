import { createResumableClient, type ResumableClient } from '@tributary/client';
import {
  Client,
  cacheExchange,
  type Exchange,
  type ExecutionResult,
  fetchExchange,
  subscriptionExchange,
} from '@urql/core';
import type { Session } from '../session/session.ts';
import { refusedAnswers } from './refused-answers.ts';

/** The graph as this tab asks it: over HTTP, and over one socket whose subscriptions go on where they were cut off. */
export interface Graph {
  readonly client: Client;
  readonly live: ResumableClient;
}

export function createGraph(session: Session): Graph {
  const url = new URL('/graphql', location.href);
  const socketUrl = new URL(url);
  socketUrl.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  const live = createResumableClient({
    url: socketUrl.href,
    lazyCloseTimeout: 5_000,
    // Asked at each connection: sockets end with their token, and come back with the next.
    connectionParams: async () => ({ authorization: `Bearer ${(await session.token()) ?? ''}` }),
  });
  const client = new Client({
    url: url.href,
    preferGetMethod: false,
    fetch: (input, init) => authorizedFetch(session, input, init),
    exchanges: exchangesOver([
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: (operation) => ({
          subscribe: (sink) => ({
            unsubscribe: live.subscribe(
              { ...operation, query: operation.query ?? '' },
              { ...sink, next: (result) => sink.next(result as ExecutionResult) },
            ),
          }),
        }),
      }),
    ]),
  });
  return { client, live };
}

/** What stands between the pages and the wires. */
export function exchangesOver(wires: readonly Exchange[]): Exchange[] {
  return [cacheExchange, refusedAnswers, ...wires];
}

/** With the token of now; once more with another when it is refused, because it may have been revoked or have run out on the way. */
export async function authorizedFetch(
  session: Session,
  input: RequestInfo | URL,
  init: RequestInit = {},
): Promise<Response> {
  const { stay } = session;
  const token = await session.token();
  const asked = { ...init, signal: init.signal ? AbortSignal.any([init.signal, stay]) : stay };
  const first = await fetch(input, withToken(asked, token));
  if (first.status !== 401 || token === undefined) return first;
  const renewed = await session.renewed(token);
  return renewed === undefined ? first : fetch(input, withToken(asked, renewed));
}

function withToken(init: RequestInit, token: string | undefined): RequestInit {
  if (token === undefined) return init;
  const headers = new Headers(init.headers);
  headers.set('authorization', `Bearer ${token}`);
  return { ...init, headers };
}
