import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { CodedError } from '@tributary/runtime';
import { closeConnectionAfter } from './pipelined-answers.ts';

export interface ServerClosing {
  /** Stops listening; resolves when no connection is left. */
  readonly close: () => Promise<unknown>;
  /** Resolves when those who took connections over (sockets) have let go of them. */
  readonly left: Promise<unknown>;
  /** Ends requests whose bodies arrive too slowly to wait for them. */
  readonly cutSlow: () => void;
}

/** How often it is looked whether a body has become slow, milliseconds. */
const slowEachMs = 1_000;

export interface Drain {
  /** Set once it closes: what still comes is to be refused, and its connection ends behind the refusal. */
  readonly isClosing: boolean;
  /**
   * Takes no further connections, and ends each there is behind the last of the answers that are under way on it: a client that goes on asking on one would keep the
   * server from ever coming to an end, and be cut then with what it had just asked. Waits for those answers (for `limitMs` at most), but for none whose request is slow to arrive, then cuts every connection but those
   * that were taken over, and when these have left, whatever there is. Node alone would also wait for connections on which nothing was ever asked, and for ever
   * for those it gave away.
   */
  close(limitMs: number, closing: ServerClosing): Promise<void>;
}

/** Counts the requests of a server, and knows its connections, from now on. */
export function drainable(server: Server): Drain {
  const running = new Set<ServerResponse>();
  let isClosing = false;
  let onIdle: () => void = () => undefined;
  const connections = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    // One that starts over comes twice.
    if (connections.has(socket)) return;
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  // Before it is answered.
  server.prependListener('request', (_request, response: ServerResponse) => {
    if (isClosing) response.shouldKeepAlive = false;
    running.add(response);
    response.once('close', () => {
      running.delete(response);
      if (running.size === 0) onIdle();
    });
  });
  return {
    get isClosing() {
      return isClosing;
    },
    close: async (limitMs, { close, left, cutSlow }) => {
      isClosing = true;
      const closed = close();
      // Answers come in the order of their requests.
      const last = new Map([...running].map((response) => [response.req.socket, response]));
      for (const response of last.values()) closeConnectionAfter(response);
      cutSlow();
      const hurry = setInterval(cutSlow, slowEachMs);
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        onIdle = resolve;
        timer = setTimeout(resolve, limitMs);
        if (running.size === 0) resolve();
      });
      clearTimeout(timer);
      clearInterval(hurry);
      server.closeAllConnections();
      await left;
      for (const connection of [...connections]) connection.destroy();
      await closed;
    },
  };
}

/** What is told to those who ask on a connection that was there before. */
export function closingRefusal(): CodedError {
  return new CodedError('OVERLOADED', 'The gateway stops, and takes no more requests.', {
    details: { retryAfterSeconds: 1 },
  });
}
