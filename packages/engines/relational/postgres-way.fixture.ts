import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Way extends AsyncDisposable {
  /** The database, by this way. */
  readonly url: string;
}

/** A way of a test's own to a database; `joined` connects the two ends of each connection. */
export async function openWay(url: string, joined: (near: Socket, far: Socket) => void): Promise<Way> {
  const to = new URL(url);
  const there = { host: to.hostname, port: Number(to.port) };
  const open = new Set<Socket>();
  const way = createServer((near) => {
    const far = connect(there);
    joined(near, far);
    for (const socket of [near, far]) {
      open.add(socket);
      socket
        .on('error', () => undefined)
        .on('close', () => {
          open.delete(socket);
          near.destroy();
          far.destroy();
        });
    }
  }).listen(0, '127.0.0.1');
  await once(way, 'listening');
  to.port = String((way.address() as AddressInfo).port);
  return {
    url: to.href,
    [Symbol.asyncDispose]: async () => {
      const closed = once(way, 'close');
      way.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

export interface SilentWay extends Way {
  /** From now on nothing comes back of what was opened until now, and nothing says so. */
  silence(): void;
}

/** A way that falls silent as a network does that drops every packet: `when` asked something, or when told to. */
export async function openSilentWay(url: string, when?: string): Promise<SilentWay> {
  const ways = new Set<() => void>();
  let armed = when;
  const way = await openWay(url, (near, far) => {
    let silent = false;
    ways.add(() => (silent = true));
    near.on('data', (chunk) => {
      if (armed !== undefined && chunk.includes(armed)) {
        silent = true;
        armed = undefined;
      }
      far.write(chunk);
    });
    far.on('data', (chunk) => {
      if (!silent) near.write(chunk);
    });
  });
  return {
    ...way,
    silence: () => {
      for (const silence of ways) silence();
    },
  };
}
