import { once } from 'node:events';
import { eventually } from '@tributary/test-kit';
import WebSocket from 'ws';
import type { TestToken } from './real-time-gateway.ts';

export interface Message {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

export interface RawSocket extends AsyncDisposable {
  readonly ws: WebSocket;
  readonly messages: readonly Message[];
  send(message: object): void;
  /** Sends `connection_init` and waits for the answer. */
  init(token?: TestToken): Promise<void>;
  subscribe(id: string, query: string, variables?: Readonly<Record<string, unknown>>): void;
  /** Subscribes and waits until the position is fixed; answers its cursor. */
  subscribed(id: string, query: string, variables?: Readonly<Record<string, unknown>>): Promise<string>;
  payloads<Payload>(id: string): readonly Payload[];
  /** The next message of a kind; waits for it. */
  message(type: string, id?: string): Promise<Message>;
  closed(): Promise<{ readonly code: number; readonly reason: string }>;
}

/** A client that speaks the protocol word by word, to say what no stock client would. */
export async function rawSocket(
  url: string,
  options: { protocol?: string; origin?: string } = {},
): Promise<RawSocket> {
  const { protocol = 'graphql-transport-ws', origin } = options;
  const ws = new WebSocket(url, protocol, origin === undefined ? {} : { headers: { origin } });
  const messages: Message[] = [];
  let close: { code: number; reason: string } | undefined;
  ws.on('message', (data) => messages.push(JSON.parse(String(data)) as Message));
  ws.on('close', (code, reason) => {
    close = { code, reason: String(reason) };
  });
  await once(ws, 'open');
  ws.on('error', () => undefined);
  const send = (message: object): void => ws.send(JSON.stringify(message));
  const message = (type: string, id?: string): Promise<Message> =>
    eventually(() => {
      const found = messages.find((candidate) => candidate.type === type && candidate.id === id);
      if (found === undefined)
        throw new Error(`no ${type} yet; closed: ${JSON.stringify(close)}, got ${JSON.stringify(messages)}`);
      return found;
    });
  const subscribe = (id: string, query: string, variables?: Readonly<Record<string, unknown>>): void =>
    send({ type: 'subscribe', id, payload: { query, variables } });
  return {
    ws,
    messages,
    send,
    message,
    subscribe,
    init: async (token) => {
      send({
        type: 'connection_init',
        payload: token === undefined ? {} : { authorization: `Bearer ${JSON.stringify(token)}` },
      });
      await message('connection_ack');
    },
    subscribed: async (id, query, variables) => {
      subscribe(id, query, variables);
      return eventually(() => {
        const pings = messages
          .filter(({ type }) => type === 'ping')
          .map(({ payload }) => payload as { subscribed: string; cursor: string });
        const own = pings.find(({ subscribed }) => subscribed === id);
        if (own === undefined) throw new Error(`not subscribed: ${JSON.stringify(messages)}`);
        return own.cursor;
      });
    },
    payloads: <Payload>(id: string) =>
      messages
        .filter((each) => each.type === 'next' && each.id === id)
        .map(({ payload }) => (payload as { data: Payload }).data),
    closed: () =>
      eventually(() => {
        if (close === undefined) throw new Error('still open');
        return close;
      }),
    [Symbol.asyncDispose]: async () => {
      if (ws.readyState === WebSocket.CLOSED) return;
      ws.terminate();
      await once(ws, 'close');
    },
  };
}
