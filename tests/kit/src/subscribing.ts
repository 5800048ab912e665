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

/** Subscribes with the stock graphql-ws client, and resolves when the socket is open and the server has the subscription. */
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
    lazy: false,
    connectionParams: request.authorization === undefined ? {} : { authorization: request.authorization },
  });
  await new Promise<void>((resolve) => {
    client.on('connected', () => resolve());
    client.on('closed', (event) => {
      troubles.push(event);
      resolve();
    });
  });
  const { query, variables = {} } = request;
  client.subscribe<Payload>(
    { query, variables },
    {
      next: ({ data, errors }) => {
        if (data !== undefined && data !== null) {
          payloads.push(data);
          for (const offer of waiting) offer(data);
        }
        if (errors !== undefined) troubles.push(...errors);
      },
      error: (error) => troubles.push(...(Array.isArray(error) ? error : [error])),
      complete: () => undefined,
    },
  );
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
