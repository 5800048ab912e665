import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import type { AnswerHandler, ExchangeConnections, SentPost } from '../execution/http-exchange.ts';
import { Http2Connection } from './http2-connection.ts';

export interface Http2ConnectionsOptions {
  readonly origin: string;
  /** At most. */
  readonly connections: number;
  readonly answerBytes: number;
  /** For a server that speaks no HTTP/2 after all. */
  readonly older: ExchangeConnections;
}

/** How long a server that chose HTTP/1.1 is not asked anew. */
const olderForMs = 60_000;

/**
 * Connections over HTTP/2 to one origin: one, and more only where the server takes no more streams on those there are. undici's own ends whatever is under
 * way when a server retires its connection, as every server does that is replaced, and the sidecars of a mesh do all day.
 */
export class Http2Connections implements ExchangeConnections {
  readonly #options: Http2ConnectionsOptions;
  readonly #origin: URL;
  /** Those that take more streams, and all there are. */
  readonly #taking = new Set<Http2Connection>();
  readonly #all = new Set<Http2Connection>();
  /** Over TLS it is known only then what the server speaks. */
  #connecting: Promise<void> | undefined;
  #olderUntilMs = Number.NEGATIVE_INFINITY;

  constructor(options: Http2ConnectionsOptions) {
    this.#options = options;
    this.#origin = new URL(options.origin);
  }

  dispatch(post: SentPost, handler: AnswerHandler): void {
    const { older, connections } = this.#options;
    if (performance.now() < this.#olderUntilMs) {
      older.dispatch(post, handler);
      return;
    }
    const least = this.#least();
    if (least !== undefined && (!least.isFull || this.#taking.size >= connections)) {
      least.send(post, handler);
    } else if (this.#origin.protocol === 'http:') {
      this.#opened(undefined).send(post, handler);
    } else {
      this.#connecting ??= this.#connect();
      this.#connecting.then(
        () => this.dispatch(post, handler),
        (error: Error) => handler.onResponseError(undefined, error),
      );
    }
  }

  async close(): Promise<void> {
    await this.#connecting?.catch(() => undefined);
    await Promise.all([...[...this.#all].map((each) => each.close()), this.#options.older.close()]);
  }

  /** The one that has the least to do. */
  #least(): Http2Connection | undefined {
    let least: Http2Connection | undefined;
    for (const each of this.#taking) if (least === undefined || each.open < least.open) least = each;
    return least;
  }

  async #connect(): Promise<void> {
    try {
      const socket = await connected(this.#origin);
      if (socket.alpnProtocol === 'h2') this.#opened(socket);
      else {
        socket.destroy();
        this.#olderUntilMs = performance.now() + olderForMs;
      }
    } finally {
      this.#connecting = undefined;
    }
  }

  #opened(socket: TLSSocket | undefined): Http2Connection {
    const connection: Http2Connection = new Http2Connection({
      origin: this.#origin,
      socket,
      answerBytes: this.#options.answerBytes,
      onRetired: () => this.#taking.delete(connection),
      onClosed: () => this.#all.delete(connection),
    });
    this.#taking.add(connection);
    this.#all.add(connection);
    return connection;
  }
}

const connectMs = 10_000;

/** A socket over TLS whose protocol is agreed on. @throws Error of the network, or of the certificate */
function connected({ hostname, port }: URL): Promise<TLSSocket> {
  const host = hostname.replace(/^\[|\]$/g, '');
  const name = isIP(host) === 0 ? { servername: host } : {};
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: Number(port) || 443, ...name, ALPNProtocols: ['h2', 'http/1.1'] });
    const late = setTimeout(() => {
      socket.destroy(
        Object.assign(new Error('It did not connect over TLS in time.'), { code: 'ECONNREFUSED' }),
      );
    }, connectMs);
    socket.once('error', reject);
    socket.once('close', () => clearTimeout(late));
    socket.once('secureConnect', () => {
      clearTimeout(late);
      socket.off('error', reject);
      resolve(socket);
    });
  });
}
