import { once } from 'node:events';
import WebSocket from 'ws';

/** Called for each payload of each socket, with the mark that tells the change it is about, and when it came. */
export type PayloadListener = (mark: string, atMs: number) => void;

export interface FanOutSockets {
  readonly count: number;
  close(): void;
}

export interface FanOutRequest {
  readonly url: string;
  readonly sockets: number;
  /** `connection_init` of the socket with this number. */
  readonly init: (index: number) => object;
  readonly query: string;
  /** The address that the socket with this number comes from: Linux has all of 127.0.0.0/8. */
  readonly localAddress?: (index: number) => string;
  /** Is in the message by which the server says that the subscription is in force. */
  readonly confirmation: string;
  /** Finds the mark the writer left in a payload. */
  readonly mark: RegExp;
  readonly onPayload: PayloadListener;
}

/** Opened at once, and no more: a server bounds those that have not said who they are. */
const opening = 25;

/**
 * Raw sockets that subscribe to the same. The client of a thousand sockets shares the machine with the server, so it does as little
 * as it can: no JSON, no GraphQL client.
 */
export async function openFanOut(request: FanOutRequest): Promise<FanOutSockets> {
  const sockets: WebSocket[] = [];
  let next = 0;
  const open = async (): Promise<void> => {
    while (next < request.sockets) sockets.push(await openOne(request, next++));
  };
  await Promise.all(Array.from({ length: opening }, open));
  return {
    count: sockets.length,
    close: () => {
      for (const socket of sockets) socket.terminate();
    },
  };
}

async function openOne(request: FanOutRequest, index: number): Promise<WebSocket> {
  const localAddress = request.localAddress?.(index);
  const socket = new WebSocket(request.url, 'graphql-transport-ws', {
    perMessageDeflate: false,
    ...(localAddress === undefined ? {} : { localAddress }),
  });
  await once(socket, 'open');
  const said = (what: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const listen = (data: WebSocket.RawData): void => {
        if (!data.toString().includes(what)) return;
        socket.off('message', listen);
        resolve();
      };
      socket.on('message', listen);
      socket.once('close', (code, reason) => reject(new Error(`closed with ${code} ${reason}`)));
    });
  const acknowledged = said('connection_ack');
  socket.send(JSON.stringify({ type: 'connection_init', payload: request.init(index) }));
  await acknowledged;
  const subscribed = said(request.confirmation);
  socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query: request.query } }));
  // A server with no word of its own for it answers this after it has taken the subscription.
  socket.send(JSON.stringify({ type: 'ping' }));
  await subscribed;
  socket.on('message', (data) => {
    const found = request.mark.exec(data.toString());
    if (found?.[1] !== undefined) request.onPayload(found[1], performance.now());
  });
  return socket;
}
