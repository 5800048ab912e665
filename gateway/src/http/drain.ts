import type { Server, ServerResponse } from 'node:http';

export interface Drain {
  /**
   * Takes no further connections, waits for the requests that run (for `limitMs` at most), then cuts every connection. Node alone
   * would also wait for connections on which nothing was ever asked.
   */
  close(limitMs: number, close: () => Promise<unknown>): Promise<void>;
}

/** Counts the requests of a server from now on. */
export function drainable(server: Server): Drain {
  let running = 0;
  let onIdle: () => void = () => undefined;
  server.on('request', (_request, response: ServerResponse) => {
    running += 1;
    response.once('close', () => {
      running -= 1;
      if (running === 0) onIdle();
    });
  });
  return {
    close: async (limitMs, close) => {
      const closed = close();
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        onIdle = resolve;
        timer = setTimeout(resolve, limitMs);
        if (running === 0) resolve();
      });
      clearTimeout(timer);
      server.closeAllConnections();
      await closed;
    },
  };
}
