import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** The way to a server, which can be cut, closed for a while, or fall silent. */
export interface Link extends AsyncDisposable {
  readonly port: number;
  /** How many connections there were at once, at most. */
  readonly widest: () => number;
  /** Ends every connection at once. */
  cut(): void;
  /** Cuts, and lets nobody in until it is opened. */
  close(): void;
  open(): void;
  /** Carries nothing in either direction, as a network that drops packets; connections stay. */
  silence(): void;
  /** Carries requests of those that are connected, and no answers. */
  swallow(): void;
  /** Silent, to whoever connects from now on as well, until it is opened: a server that is stopped in its tracks. */
  freeze(): void;
}

/** @param fromPort where it begins; a free port when absent */
export async function openLink(toPort: number, fromPort = 0): Promise<Link> {
  const sockets = new Set<Socket>();
  let count = 0;
  let widest = 0;
  let isOpen = true;
  let isFrozen = false;
  const server = createServer((near) => {
    if (!isOpen) {
      near.destroy();
      return;
    }
    count += 1;
    widest = Math.max(widest, count);
    near.on('close', () => {
      count -= 1;
    });
    if (isFrozen) {
      sockets.add(near.on('error', () => undefined).on('close', () => sockets.delete(near)));
      return;
    }
    const far = connect({ host: '127.0.0.1', port: toPort });
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far).pipe(near);
  }).listen(fromPort, '127.0.0.1');
  await once(server, 'listening');
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const silence = (): void => {
    for (const socket of sockets) {
      socket.unpipe();
      socket.pause();
    }
  };
  return {
    port: (server.address() as AddressInfo).port,
    widest: () => widest,
    cut,
    close: () => {
      isOpen = false;
      cut();
    },
    open: () => {
      isOpen = true;
      isFrozen = false;
    },
    silence,
    swallow: () => {
      for (const socket of sockets) {
        if (socket.remotePort !== toPort) continue;
        socket.unpipe();
        socket.pause();
      }
    },
    freeze: () => {
      isFrozen = true;
      silence();
    },
    [Symbol.asyncDispose]: async () => {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
