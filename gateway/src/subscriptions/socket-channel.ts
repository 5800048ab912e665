import type { IncomingMessage } from 'node:http';
import { newId } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';
import type { GraphQLFormattedError } from 'graphql';
import type { CloseCode } from './close-codes.ts';
import type { OperationChannel } from './operation-channel.ts';
import type { Payload } from './payload.ts';
import type { SharedByClients } from './shared-by-clients.ts';

/** What an operation needs of the socket it came over. */
export interface OperationSocket {
  readonly shared: SharedByClients;
  readonly request: IncomingMessage;
  send(message: object): void;
  writePayload(head: Buffer, payload: Buffer): void;
  drained(): Promise<void>;
  readonly isBehind: boolean;
  /** The id is free again. */
  forget(id: string): void;
  comeBackLater(reason: string, code?: CloseCode): void;
}

/** One operation's messages on a socket, by graphql-transport-ws. */
export class SocketChannel implements OperationChannel {
  readonly door = 'socket';
  readonly requestId = newId();
  readonly #socket: OperationSocket;
  readonly #id: string;
  readonly #head: Buffer;

  constructor(socket: OperationSocket, id: string) {
    this.#socket = socket;
    this.#id = id;
    this.#head = Buffer.from(`{"id":${JSON.stringify(id)},"type":"next","payload":`);
  }

  get shared(): SharedByClients {
    return this.#socket.shared;
  }

  get request(): IncomingMessage {
    return this.#socket.request;
  }

  charge(principal: Principal): Promise<void> {
    return this.shared.doors.charge(principal, this.request);
  }

  enter(principal: Principal): () => void {
    return this.shared.doors.enter(principal, this.request);
  }

  permit(): void {
    // A socket carries every kind.
  }

  accepted(cursor: string | undefined): void {
    // The protocol has no answer to `subscribe`. A ping may carry any payload and every client takes it: it says that the position
    // is fixed, and where, so that even a client that is cut off before the first payload can resume.
    this.#socket.send({
      type: 'ping',
      payload: { subscribed: this.#id, ...(cursor === undefined ? {} : { cursor }) },
    });
  }

  next({ message }: Payload): void {
    this.#socket.writePayload(this.#head, message);
  }

  refuse(errors: readonly GraphQLFormattedError[]): void {
    this.#socket.forget(this.#id);
    this.#socket.send({ id: this.#id, type: 'error', payload: errors });
  }

  complete(): void {
    this.#socket.forget(this.#id);
    this.#socket.send({ id: this.#id, type: 'complete' });
  }

  comeBackLater(reason: string, code?: CloseCode): void {
    this.#socket.comeBackLater(reason, code);
  }

  get isBehind(): boolean {
    return this.#socket.isBehind;
  }

  drained(): Promise<void> {
    return this.#socket.drained();
  }
}
