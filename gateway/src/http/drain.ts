import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface ServerClosing {
  /** Stops listening; resolves when no connection is left. */
  readonly close: () => Promise<unknown>;
  /** Resolves when those who took connections over (sockets) have let go of them. */
  readonly left: Promise<unknown>;
}

export interface Drain {
  /**
   * Takes no further connections, waits for the requests that run (for `limitMs` at most), then cuts every connection but those that were taken
   * over, and when these have left, whatever there is. Node alone would also wait for connections on which nothing was ever asked, and for ever for those
   * it gave away.
   */
  close(limitMs: number, closing: ServerClosing): Promise<void>;
}

/** Counts the requests of a server, and knows its connections, from now on. */
export function drainable(server: Server): Drain {
  let running = 0;
  let onIdle: () => void = () => undefined;
  const connections = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    // One that starts over comes twice.
    if (connections.has(socket)) return;
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  server.on('request', (_request, response: ServerResponse) => {
    running += 1;
    response.once('close', () => {
      running -= 1;
      if (running === 0) onIdle();
    });
  });
  return {
    close: async (limitMs, { close, left }) => {
      const closed = close();
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        onIdle = resolve;
        timer = setTimeout(resolve, limitMs);
        if (running === 0) resolve();
      });
      clearTimeout(timer);
      server.closeAllConnections();
      await left;
      for (const connection of [...connections]) connection.destroy();
      await closed;
    },
  };
}
