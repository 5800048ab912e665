import { once } from 'node:events';
import { eventually } from '@tributary/test-kit';
import WebSocket from 'ws';

export interface Message {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

/** A client that speaks graphql-transport-ws word by word, to say what no stock client would. */
export interface RawSocket extends Disposable {
  readonly ws: WebSocket;
  readonly messages: readonly Message[];
  send(message: object): void;
  init(authorization?: string): Promise<void>;
  /** Sends `subscribe` and waits until the gateway says that the position is fixed; answers the cursor. */
  subscribed(id: string, query: string, variables?: object): Promise<string>;
  /** What arrived for an operation, in order. */
  payloads(id: string): readonly unknown[];
  /** The first message of a kind for an operation; waits for it. */
  message(type: string, id?: string): Promise<Message>;
  closed(timeoutMs?: number): Promise<{ readonly code: number; readonly reason: string }>;
}

export async function rawSocket(
  url: string,
  { protocol = 'graphql-transport-ws', headers = {} }: { protocol?: string; headers?: object } = {},
): Promise<RawSocket> {
  const ws = new WebSocket(`${url.replace('http', 'ws')}/graphql`, protocol, { headers: { ...headers } });
  const messages: Message[] = [];
  let close: { code: number; reason: string } | undefined;
  ws.on('message', (data) => messages.push(JSON.parse(String(data)) as Message));
  ws.on('close', (code, reason) => {
    close = { code, reason: String(reason) };
  });
  await once(ws, 'open');
  ws.on('error', () => undefined);
  const send = (message: object): void => ws.send(JSON.stringify(message));
  const found = (fits: (message: Message) => boolean): Promise<Message> =>
    eventually(() => {
      const message = messages.find(fits);
      if (message === undefined)
        throw new Error(`not yet; closed: ${JSON.stringify(close)}, got ${JSON.stringify(messages)}`);
      return message;
    });
  const message = (type: string, id?: string): Promise<Message> =>
    found((each) => each.type === type && each.id === id);
  return {
    ws,
    messages,
    send,
    message,
    init: async (authorization) => {
      send({ type: 'connection_init', payload: authorization === undefined ? {} : { authorization } });
      await message('connection_ack');
    },
    subscribed: async (id, query, variables = {}) => {
      send({ type: 'subscribe', id, payload: { query, variables } });
      const { payload } = await found(
        (each) => each.type === 'ping' && (each.payload as { subscribed?: string }).subscribed === id,
      );
      return (payload as { cursor: string }).cursor;
    },
    payloads: (id) =>
      messages.filter((each) => each.type === 'next' && each.id === id).map(({ payload }) => payload),
    closed: (timeoutMs = 10_000) =>
      eventually(
        () => {
          if (close === undefined) throw new Error('still open');
          return close;
        },
        { timeoutMs },
      ),
    [Symbol.dispose]: () => ws.terminate(),
  };
}

/** The HTTP status with which an upgrade is refused; 101 when it is not. */
export async function upgradeStatus(url: string, headers: Readonly<Record<string, string>>): Promise<number> {
  const ws = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { headers });
  const refused = new Promise<number>((resolve) =>
    ws.once('unexpected-response', (_request, { statusCode = 0 }) => resolve(statusCode)),
  );
  const opened = once(ws, 'open').then(() => 101);
  opened.catch(() => undefined);
  try {
    return await Promise.race([refused, opened]);
  } finally {
    ws.on('error', () => undefined);
    ws.terminate();
  }
}
