import { ExplainedError } from '@tributary/runtime';
import type { GraphQLFormattedError } from 'graphql';
import { type Client, createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { subgraphErrors } from '../../execution/subgraph-errors.ts';
import {
  eventAnswer,
  eventLimitBytes,
  RefusedByUpstream,
  refusedWith,
  type UpstreamRequest,
  type UpstreamSink,
  type Upstreams,
  upstreamAway,
} from './upstream.ts';

const pingEveryMs = 12_000;
/** A subgraph that does not answer a ping for so long is gone, whatever TCP believes. */
const pongWithinMs = 5_000;

/** One socket to a subgraph, shared by those who have the same to say of themselves. */
interface Connection {
  readonly client: Client;
  users: number;
  /** Set while the subgraph has acknowledged it. */
  isOpen: boolean;
  /** Of the message that is being read. */
  messageBytes: number;
  readonly onOpen: Set<() => void>;
  /** Why the gateway ended it. */
  terminatedFor: string | undefined;
}

/** Events over graphql-transport-ws. */
export class SocketUpstreams implements Upstreams {
  readonly #connections = new Map<string, Set<Connection>>();

  open(upstream: UpstreamRequest, sink: UpstreamSink): Promise<Disposable> {
    const { address, request } = upstream;
    const key = JSON.stringify([address.url, upstream.headers]);
    const connection = this.#connectionFor(key, upstream);
    connection.users += 1;
    let hasLeft = false;
    const leave = (): void => {
      if (hasLeft) return;
      hasLeft = true;
      this.#leave(key, connection);
    };
    return new Promise((resolve, reject) => {
      let state: 'opening' | 'open' | 'over' = 'opening';
      const end = (tell: () => void): void => {
        if (state === 'over') return;
        state = 'over';
        connection.onOpen.delete(opened);
        leave();
        tell();
      };
      const opened = (): void => {
        if (state !== 'opening') return;
        state = 'open';
        resolve({ [Symbol.dispose]: () => end(stop) });
      };
      const { query, operationName, variables } = request;
      const stop = connection.client.subscribe(
        { query, operationName: operationName ?? null, variables },
        {
          next: (event) => {
            opened();
            sink.next(eventAnswer(address.subgraph, event), connection.messageBytes);
          },
          complete: () => {
            opened();
            end(() => sink.completed());
          },
          error: (cause) => {
            const errors = errorsOf(cause);
            const wasOpen = state === 'open';
            end(() => {
              if (!wasOpen)
                reject(
                  errors.length > 0
                    ? new RefusedByUpstream(errors)
                    : upstreamAway(address.subgraph, endOf(connection, cause)),
                );
              else if (errors.length > 0) sink.refused(errors);
              else sink.cut(endOf(connection, cause));
            });
          },
        },
      );
      if (connection.isOpen) opened();
      else connection.onOpen.add(opened);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const all = [...this.#connections.values()].flatMap((connections) => [...connections]);
    this.#connections.clear();
    await Promise.all(all.map(close));
  }

  #connectionFor(key: string, upstream: UpstreamRequest): Connection {
    const known = this.#connections.get(key) ?? new Set();
    this.#connections.set(key, known);
    for (const connection of known) if (connection.users < upstream.address.perConnection) return connection;
    const made = connect(upstream);
    known.add(made);
    return made;
  }

  #leave(key: string, connection: Connection): void {
    connection.users -= 1;
    if (connection.users > 0) return;
    const known = this.#connections.get(key);
    known?.delete(connection);
    if (known?.size === 0) this.#connections.delete(key);
    void close(connection);
  }
}

/** One that is still being opened, and refused then, is over as well. */
async function close({ client }: Connection): Promise<void> {
  await Promise.resolve(client.dispose()).catch(() => undefined);
}

/** Those of an operation as the subgraph says them, or what the end of its socket stands for. */
function errorsOf(cause: unknown): readonly GraphQLFormattedError[] {
  if (Array.isArray(cause)) return subgraphErrors(cause, {});
  if (typeof cause !== 'object' || cause === null) return [];
  const status = upgradeStatusOf(cause);
  if (status !== undefined) return refusedWith(status, undefined);
  return 'code' in cause ? refusedWith(cause.code, 'reason' in cause ? cause.reason : undefined) : [];
}

/** As whoever runs the gateway is told; what subgraphs say themselves stays out. */
function endOf({ terminatedFor }: Connection, cause: unknown): Error {
  if (terminatedFor !== undefined) return new ExplainedError(terminatedFor);
  const status = upgradeStatusOf(cause);
  if (status !== undefined) return new ExplainedError(`The upgrade was answered with ${status}.`);
  const error = typeof cause === 'object' && cause !== null && 'error' in cause ? cause.error : cause;
  if (error instanceof Error) return error;
  return new ExplainedError(`The socket was closed with ${String(codeOf(cause))}.`);
}

function upgradeStatusOf(cause: unknown): number | undefined {
  const isOfSocket = typeof cause === 'object' && cause !== null && 'target' in cause;
  return isOfSocket && cause.target instanceof RefusableSocket ? cause.target.upgradeStatus : undefined;
}

function codeOf(closed: unknown): unknown {
  return typeof closed === 'object' && closed !== null && 'code' in closed ? closed.code : undefined;
}

/** Keeps the status of an upgrade that was refused: the error that follows says no more than that nothing was opened. */
class RefusableSocket extends WebSocket {
  upgradeStatus: number | undefined;

  constructor(...parameters: ConstructorParameters<typeof WebSocket>) {
    super(...parameters);
    // The client stops listening to what it has ended, and an error that nobody listens to would end the process.
    this.on('error', () => undefined);
    this.once('unexpected-response', (_request, { statusCode }) => {
      this.upgradeStatus = statusCode;
      this.terminate();
    });
  }
}

function connect({ address, headers }: UpstreamRequest): Connection {
  const { url, timeoutMs } = address;
  class UpstreamSocket extends RefusableSocket {
    constructor(to: string, protocols: string[]) {
      super(to, protocols, {
        headers,
        handshakeTimeout: timeoutMs,
        maxPayload: eventLimitBytes,
        perMessageDeflate: false,
      });
      // Before the client, which hands out events as it reads them.
      this.on('message', (message: Buffer) => {
        connection.messageBytes = message.byteLength;
      });
    }
  }
  let overdue: NodeJS.Timeout | undefined;
  let opening: NodeJS.Timeout | undefined;
  const client = createClient({
    url,
    webSocketImpl: UpstreamSocket,
    connectionParams: { ...headers },
    lazy: true,
    // Whoever subscribed is told that events were missed, and decides.
    retryAttempts: 0,
    keepAlive: pingEveryMs,
    on: {
      connecting: () => {
        opening = setTimeout(() => terminate(`It did not acknowledge within ${timeoutMs} ms.`), timeoutMs);
      },
      connected: () => {
        clearTimeout(opening);
        connection.isOpen = true;
        for (const opened of connection.onOpen) opened();
        connection.onOpen.clear();
      },
      ping: (received) => {
        if (!received)
          overdue = setTimeout(() => terminate('It did not answer a ping any more.'), pongWithinMs);
      },
      pong: () => clearTimeout(overdue),
      closed: (event) => {
        connection.isOpen = false;
        clearTimeout(opening);
        clearTimeout(overdue);
        // After this code, whoever sent it, the client would connect and subscribe again by itself, at once, however often.
        if (codeOf(event) === 1000) terminate('The socket was closed with 1000.');
      },
    },
  });
  const connection: Connection = {
    client,
    users: 0,
    isOpen: false,
    messageBytes: 0,
    onOpen: new Set(),
    terminatedFor: undefined,
  };
  const terminate = (reason: string): void => {
    connection.terminatedFor = reason;
    client.terminate();
  };
  return connection;
}
