import { type CloseCode, closeCodes } from './close-codes.ts';
import type { Leave } from './leave-taking.ts';
import { type ClientsOptions, type SharedByClients, sharedByClients } from './shared-by-clients.ts';
import type { SocketIdentity } from './socket-doors.ts';

/** A socket or a stream, as far as what ends it is concerned. */
export interface Connection {
  /** Undefined until it has said who it is. */
  readonly identity: SocketIdentity | undefined;
  /** Called every second or so: says that it is alive when it is time, and ends one that is not, or does not read. */
  keepAlive(nowMs: number): void;
  close(code: CloseCode, reason: string): void;
  /** Closes with 1001 when what is under way on it is answered; resolves when it is gone, whoever closed it. */
  leave(leave: Leave): Promise<void>;
}

const sweepMs = 1_000;

/** All sockets and streams of one server: what they share, and what ends them whichever they are. */
export class OpenConnections implements AsyncDisposable {
  readonly shared: SharedByClients;
  readonly #open = new Set<Connection>();
  readonly #sweep: NodeJS.Timeout;
  readonly #revocations: Disposable;
  #drained: Promise<void> | undefined;

  constructor(options: ClientsOptions) {
    this.shared = sharedByClients(options);
    const { clock, doors } = options;
    this.#sweep = setInterval(() => {
      const nowMs = clock.monotonicMs();
      for (const connection of [...this.#open]) connection.keepAlive(nowMs);
    }, sweepMs);
    this.#sweep.unref();
    this.#revocations = doors.onRevoked(() => this.#closeRevoked());
  }

  get isDraining(): boolean {
    return this.#drained !== undefined;
  }

  add(connection: Connection): void {
    this.#open.add(connection);
  }

  delete(connection: Connection): void {
    this.#open.delete(connection);
  }

  /**
   * To take no further ones, and close those there are with 1001, spread over `spreadMs` so that clients do not all come back at one moment.
   * What is under way on one when its moment comes has `limitMs` to end. Resolves when all are closed. Disposing is the same without the spread, and
   * waits for nothing.
   */
  drain(spreadMs: number, limitMs: number): Promise<void> {
    this.#drained ??= this.#drain(spreadMs, limitMs);
    return this.#drained;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.drain(0, 0);
  }

  async #drain(spreadMs: number, limitMs: number): Promise<void> {
    const leaving = [...this.#open];
    const stepMs = spreadMs / Math.max(1, leaving.length);
    await Promise.all(
      leaving.map((connection, index) => connection.leave({ delayMs: index * stepMs, limitMs })),
    );
    clearInterval(this.#sweep);
    this.#revocations[Symbol.dispose]();
  }

  #closeRevoked(): void {
    const { doors } = this.shared;
    for (const connection of [...this.#open]) {
      const { identity } = connection;
      if (identity !== undefined && doors.isRevoked(identity.principal))
        connection.close(closeCodes.forbidden, 'FORBIDDEN: these rights were revoked');
    }
  }
}
