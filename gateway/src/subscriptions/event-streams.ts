import type { IncomingMessage } from 'node:http';
import { CodedError } from '@tributary/runtime';
import { rightsEnded } from '../security/authenticate.ts';
import type { OperationMessage } from './client-message.ts';
import { EventStream, type EventStreamExchange } from './event-stream.ts';
import { aboutToStop } from './leave-taking.ts';
import type { OpenConnections } from './open-connections.ts';
import { takePlace } from './place-among-clients.ts';
import { countedCode } from './real-time-figures.ts';

/** Answers operations by streams of events, which count as sockets do and end when sockets would. */
export class EventStreams {
  readonly #connections: OpenConnections;
  #size = 0;

  constructor(connections: OpenConnections) {
    this.#connections = connections;
  }

  /** How many are open. */
  get size(): number {
    return this.#size;
  }

  /** Counts a request that is answered by a refusal in place of a stream. */
  countRefusal(code: string): void {
    this.#connections.shared.figures.refusals.inc({ door: 'stream', code: countedCode(code) });
  }

  /**
   * A browser names the page that asks: strangers' pages are refused before anything is read.
   * @throws CodedError FORBIDDEN
   */
  refuseForeignPage(request: IncomingMessage): void {
    const { origin } = request.headers;
    if (origin === undefined || this.#connections.shared.doors.allowsOrigin(origin, request)) return;
    throw new CodedError('FORBIDDEN', 'Pages of this origin may not open streams of events here.');
  }

  /**
   * Answers an operation by events. Resolves when the answer has begun, or the client is gone: what is wrong with the operation is told in the
   * stream, because a browser shows no page the body of any other answer.
   * @throws CodedError UNAUTHENTICATED for rights that were revoked meanwhile, TOO_MANY_CONNECTIONS, OVERLOADED: then nothing was written.
   */
  async open(exchange: EventStreamExchange, message: OperationMessage): Promise<void> {
    const { shared, isDraining } = this.#connections;
    const { principal } = exchange.identity;
    if (isDraining) throw aboutToStop();
    if (shared.doors.isRevoked(principal)) throw rightsEnded();
    // Who has left meanwhile, or waits behind a stream, is not answered any more.
    if (exchange.response.destroyed) return;
    const place = takePlace(shared, principal, exchange.request);
    if (place === undefined)
      throw new CodedError(
        'TOO_MANY_CONNECTIONS',
        'All your sockets and streams are in use; close one before you open another.',
        { details: { retryAfterSeconds: 5 } },
      );
    const onClosed = (closed: EventStream): void => {
      this.#connections.delete(closed);
      this.#count(-1);
    };
    const stream = new EventStream(shared, exchange, { place, message, onClosed });
    this.#connections.add(stream);
    this.#count(1);
    await stream.run();
  }

  #count(change: 1 | -1): void {
    this.#size += change;
    this.#connections.shared.figures.streams.set(this.#size);
  }
}
