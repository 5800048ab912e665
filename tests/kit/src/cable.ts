import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Cable extends AsyncDisposable {
  /** Leads to the same server. */
  readonly url: string;
  /** Connections that went through it so far. */
  readonly connections: number;
  /** Ends every connection in the middle of whatever it carries, and takes none until it is mended. */
  cut(): void;
  mend(): void;
  /** Nothing comes through the connections there are any more, and neither end hears that it is so; those made from now on carry. */
  silence(): void;
}

/** The network between a client and a server, which can be cut. */
export async function cable(url: string): Promise<Cable> {
  const { hostname, port } = new URL(url);
  const ends = new Set<Socket>();
  let connections = 0;
  let isCut = false;
  const server = createServer((near) => {
    near.on('error', () => undefined);
    if (isCut) {
      near.destroy();
      return;
    }
    connections += 1;
    const far = connect(Number(port), hostname);
    for (const [end, other] of [
      [near, far],
      [far, near],
    ] as const) {
      ends.add(end);
      end.on('error', () => undefined);
      end.on('close', () => {
        ends.delete(end);
        other.destroy();
      });
      end.pipe(other);
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = (): void => {
    isCut = true;
    for (const end of ends) end.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get connections() {
      return connections;
    },
    cut,
    mend: () => {
      isCut = false;
    },
    silence: () => {
      for (const end of ends) end.unpipe().pause();
    },
    [Symbol.asyncDispose]: async () => {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
