import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

export interface SubscribeRequest {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  readonly authorization?: string | undefined;
}

export interface Subscribed<Payload> extends AsyncDisposable {
  /** Payloads so far, in the order of their arrival. */
  readonly payloads: readonly Payload[];
  /** Errors and the reason of a close, if any came. */
  readonly troubles: readonly unknown[];
  /** The first payload, past or to come, that fits. Wait for it with a time limit of the test. */
  first(fits: (payload: Payload) => boolean): Promise<Payload>;
}

/**
 * Subscribes with the stock graphql-ws client. Resolves when the server says that the position is fixed (its ping with `subscribed`),
 * refused the subscription, or closed the socket: every change made after that is seen.
 */
export async function subscribing<Payload>(
  url: string,
  request: SubscribeRequest,
): Promise<Subscribed<Payload>> {
  const payloads: Payload[] = [];
  const troubles: unknown[] = [];
  const waiting = new Set<(payload: Payload) => void>();
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: request.authorization === undefined ? {} : { authorization: request.authorization },
  });
  const { query, variables = {} } = request;
  await new Promise<void>((resolve) => {
    const trouble = (found: unknown): void => {
      troubles.push(...(Array.isArray(found) ? found : [found]));
      resolve();
    };
    client.on('ping', (received, payload) => {
      if (received && payload !== undefined && 'subscribed' in payload) resolve();
    });
    client.on('closed', trouble);
    client.subscribe<Payload>(
      { query, variables },
      {
        next: ({ data, errors }) => {
          if (errors !== undefined) trouble(errors);
          if (data === undefined || data === null) return;
          payloads.push(data);
          for (const offer of waiting) offer(data);
        },
        error: trouble,
        complete: () => undefined,
      },
    );
  });
  const first = (fits: (payload: Payload) => boolean): Promise<Payload> => {
    const past = payloads.find(fits);
    if (past !== undefined) return Promise.resolve(past);
    return new Promise((resolve) => {
      const offer = (payload: Payload): void => {
        if (!fits(payload)) return;
        waiting.delete(offer);
        resolve(payload);
      };
      waiting.add(offer);
    });
  };
  return { payloads, troubles, first, [Symbol.asyncDispose]: async () => void (await client.dispose()) };
}
