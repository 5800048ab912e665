import type { IncomingMessage } from 'node:http';
import { newId } from '@tributary/runtime';
import { asGraphQLError, type Principal } from '@tributary/subgraph-kit';
import type { GraphQLFormattedError } from 'graphql';
import { RefusedOperation } from '../execution/refused-operation.ts';
import type { ClientMessage } from './client-message.ts';
import { type CloseCode, closeCodes } from './close-codes.ts';
import type { SharedBySockets } from './shared-by-sockets.ts';
import type { Asker, SocketIdentity } from './socket-doors.ts';
import type { EndedSubscriber } from './subscriber.ts';

type SubscribeMessage = Extract<ClientMessage, { type: 'subscribe' }>;

/** What an operation needs of the socket it came over. */
export interface OperationSocket {
  readonly shared: SharedBySockets;
  readonly request: IncomingMessage;
  send(message: object): void;
  writePayload(head: Buffer, payload: Buffer): void;
  drained(): Promise<void>;
  readonly isBehind: boolean;
  /** The id is free again. */
  forget(id: string): void;
  /** Closes the socket so that the client resumes what it has. */
  comeBackLater(reason: string, code?: CloseCode): void;
}

/** One operation of a socket, from `subscribe` to `complete`, with a context of its own. */
export class SocketOperation implements EndedSubscriber {
  readonly principal: Principal;
  readonly #session: OperationSocket;
  readonly #asker: Asker | undefined;
  readonly #message: SubscribeMessage;
  readonly #head: Buffer;
  readonly #gone = new AbortController();
  #running: Disposable | undefined;

  constructor(session: OperationSocket, { principal, asker }: SocketIdentity, message: SubscribeMessage) {
    this.#session = session;
    this.principal = principal;
    this.#asker = asker;
    this.#message = message;
    this.#head = Buffer.from(`{"id":${JSON.stringify(message.id)},"type":"next","payload":`);
  }

  /** Never rejects: what goes wrong becomes an `error` message. */
  async run(): Promise<void> {
    try {
      await this.#run();
    } catch (error) {
      this.refuse(this.#errorsOf(error));
    }
  }

  /** Silent: the client knows, or is gone. */
  stop(): void {
    if (this.#gone.signal.aborted) return;
    this.#gone.abort();
    if (this.#running !== undefined) this.#session.shared.figures.subscriptions.dec();
    this.#running?.[Symbol.dispose]();
  }

  accepted(cursor: string | undefined): void {
    // The protocol has no answer to `subscribe`. A ping may carry any payload and every client takes it: it says that the position
    // is fixed, and where, so that even a client that is cut off before the first payload can resume.
    this.#session.send({
      type: 'ping',
      payload: { subscribed: this.#message.id, ...(cursor === undefined ? {} : { cursor }) },
    });
  }

  deliver(payload: Buffer): void {
    if (!this.#gone.signal.aborted) this.#session.writePayload(this.#head, payload);
  }

  refuse(errors: readonly GraphQLFormattedError[]): void {
    this.#end({ id: this.#message.id, type: 'error', payload: errors });
  }

  complete(): void {
    this.#end({ id: this.#message.id, type: 'complete' });
  }

  interrupt(why: 'away' | 'overloaded'): void {
    if (why === 'away') {
      this.#session.comeBackLater(
        'ENGINE_UNAVAILABLE: a part of the graph is away; resume with the last cursor',
      );
      return;
    }
    this.#session.comeBackLater(
      'OVERLOADED: your subscriptions cost more than is executed for one user; resume with the last cursor',
      closeCodes.slowReader,
    );
  }

  get isBehind(): boolean {
    return this.#session.isBehind;
  }

  drained(): Promise<void> {
    return this.#session.drained();
  }

  async #run(): Promise<void> {
    const { shared, request } = this.#session;
    const { query, operationName, variables, after, fault } = this.#message;
    const requestId = newId();
    const clientAddress = shared.doors.addressOf(request);
    await shared.doors.charge(this.principal, request);
    if (fault !== undefined) throw fault;
    const { document, kind } = await shared.doors.accept({ query, operationName, variables }, this.principal);
    const isGone = (): boolean => this.#gone.signal.aborted;
    if (isGone()) return;
    if (kind === 'subscription') {
      const asker = this.#asker;
      const asked = { query, document, operationName, variables, after, requestId, clientAddress, asker };
      const running = await shared.subscriptions.start(asked, this, isGone);
      // Gone, or refused by a feed that failed while it started.
      if (isGone()) running?.[Symbol.dispose]();
      else if (running !== undefined) {
        this.#running = running;
        shared.figures.subscriptions.inc();
      }
      return;
    }
    const { signal } = this.#gone;
    const result = await shared.doors.execute({
      query,
      operationName,
      variables,
      document,
      principal: this.principal,
      requestId,
      clientAddress,
      asker: this.#asker,
      signal,
    });
    if (isGone()) return;
    this.#session.send({ id: this.#message.id, type: 'next', payload: result });
    this.complete();
  }

  #end(message: object): void {
    if (this.#gone.signal.aborted) return;
    this.stop();
    this.#session.forget(this.#message.id);
    this.#session.send(message);
  }

  #errorsOf(error: unknown): readonly GraphQLFormattedError[] {
    if (error instanceof RefusedOperation) return error.errors;
    return [this.#session.shared.shown(asGraphQLError(error))];
  }
}
