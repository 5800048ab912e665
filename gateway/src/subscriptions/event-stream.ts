import type { IncomingMessage, ServerResponse } from 'node:http';
import { CodedError } from '@tributary/runtime';
import type { GraphQLFormattedError } from 'graphql';
import { closeConnectionAfter } from '../http/pipelined-answers.ts';
import type { OperationMessage } from './client-message.ts';
import { ClientOperation } from './client-operation.ts';
import { type CloseCode, closeCodes } from './close-codes.ts';
import { atEndOfCredential } from './end-of-credential.ts';
import { FrameWriter } from './frame-writer.ts';
import { type Leave, takeLeave } from './leave-taking.ts';
import type { Connection } from './open-connections.ts';
import type { OperationChannel } from './operation-channel.ts';
import { Payload } from './payload.ts';
import type { Place } from './place-among-clients.ts';
import { ReadingWatch } from './reading-watch.ts';
import type { SharedByClients } from './shared-by-clients.ts';
import type { AcceptedOperation, SocketIdentity } from './socket-doors.ts';

/** Whoever does not read what comes last is cut after this long. */
const endGraceMs = 5_000;
const nothing = Buffer.alloc(0);
/** A comment: proxies close what is silent for a minute, some sooner. */
const alive = Buffer.from(':\n\n');
/** With the data that browsers need to tell a page of it. */
const completeEvent = Buffer.from('event: complete\ndata:\n\n');

/** An HTTP request that is to be answered by events. */
export interface EventStreamExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
  readonly identity: SocketIdentity;
  /** Called when the answer begins, before its first byte: answers its fields. */
  readonly begin: () => Readonly<Record<string, number | string | readonly string[] | undefined>>;
}

/**
 * One operation answered by a stream of events: GraphQL over SSE in distinct connections mode, bounded as a socket is. Its answer begins when the
 * position is fixed. A stream that ends without `complete` was let go: its client comes back and says where it was.
 */
export class EventStream implements OperationChannel, Connection {
  readonly door = 'stream';
  readonly shared: SharedByClients;
  readonly request: IncomingMessage;
  readonly requestId: string;
  readonly identity: SocketIdentity;
  readonly #exchange: EventStreamExchange;
  readonly #response: ServerResponse;
  readonly #writer: FrameWriter;
  readonly #reading: ReadingWatch;
  readonly #operation: ClientOperation;
  readonly #expiry: Disposable;
  #settle: () => void = () => undefined;
  #nextCommentAtMs: number;
  /** Nothing more is said of the operation. */
  #isEnding = false;
  /** It was let go: what has not left by then is dropped. */
  #isClosed = false;

  /** `place` is given back when it is closed. */
  constructor(shared: SharedByClients, exchange: EventStreamExchange, asked: AskedOfStream) {
    const { response } = exchange;
    const { place, message, onClosed } = asked;
    this.shared = shared;
    this.request = exchange.request;
    this.requestId = exchange.requestId;
    this.identity = exchange.identity;
    this.#exchange = exchange;
    this.#response = response;
    this.#writer = new FrameWriter({
      outlet: response,
      connection: () => response.socket ?? undefined,
      framing: (_piece, firstBytes) => firstBytes,
      flusher: shared.flusher,
      freeBytes: shared.limits.maxBufferedBytes,
      take: (sizeBytes) => shared.unread.take(place.owner, sizeBytes),
      give: (sizeBytes) => shared.unread.give(place.owner, sizeBytes),
    });
    const nowMs = shared.clock.monotonicMs();
    this.#reading = new ReadingWatch(this.#writer, shared.limits.unreadPatienceMs, nowMs);
    this.#nextCommentAtMs = nowMs + this.#commentPauseMs();
    this.#operation = new ClientOperation(this, exchange.identity, message);
    this.#expiry = atEndOfCredential(exchange.identity.expiresAtMs, shared.clock, () =>
      this.close(closeCodes.forbidden, 'UNAUTHENTICATED: token expired'),
    );
    response.on('error', () => undefined);
    response.once('close', () => {
      this.#expiry[Symbol.dispose]();
      this.#operation.stop();
      this.#writer.discard();
      place.leave();
      onClosed(this);
      this.#settle();
    });
  }

  /** Resolves when its answer has begun, or the client is gone. */
  run(): Promise<void> {
    return new Promise((resolve) => {
      this.#settle = resolve;
      void this.#operation.run();
    });
  }

  async charge(): Promise<void> {
    // Requests are charged at the door.
  }

  enter(): () => void {
    // Its request is under way until its answer begins.
    return () => undefined;
  }

  permit(kind: AcceptedOperation['kind']): void {
    if (kind === 'mutation' && this.request.method === 'GET')
      throw new CodedError('METHOD_NOT_ALLOWED', 'Mutations are sent with POST; GET is for queries.');
  }

  accepted(cursor: string | undefined): void {
    // An id without data tells a page nothing, but a browser repeats it, even if it is cut off before the first payload.
    this.#say(Buffer.from(`: subscribed\n${cursor === undefined ? '' : `id: ${cursor}\n`}\n`), nothing);
  }

  next(payload: Payload): void {
    this.#say(nothing, payload.event);
  }

  refuse(errors: readonly GraphQLFormattedError[]): void {
    this.next(Payload.of({ errors }));
    this.complete();
  }

  complete(): void {
    this.#say(completeEvent, nothing);
    void this.#end();
  }

  comeBackLater(reason: string, code: CloseCode = closeCodes.tryAgainLater): void {
    // Whoever resumes may be told before anything else. A browser comes back from an end, and never from a 502 that a proxy makes of a cut.
    if (!this.#response.headersSent && !this.#isEnding && !this.#response.destroyed) this.#begin();
    this.close(code, reason);
  }

  get isBehind(): boolean {
    return this.#writer.isBehind;
  }

  drained(): Promise<void> {
    return this.#writer.drained();
  }

  keepAlive(nowMs: number): void {
    const reading = this.#reading.at(nowMs);
    if (reading === 'gone') this.#closeSlowReader();
    if (!this.#isOpen || nowMs < this.#nextCommentAtMs) return;
    this.#nextCommentAtMs = nowMs + this.#commentPauseMs();
    if (reading === 'idle') this.#writer.write(alive, nothing);
  }

  close(code: CloseCode, reason: string): void {
    if (this.#response.destroyed || this.#isClosed) return;
    this.#isClosed = true;
    this.shared.figures.streamCloses.inc({ code });
    this.#operation.stop();
    const wasOpen = this.#isOpen;
    this.#isEnding = true;
    // Nothing may follow half an event, and before the first byte there is nobody to tell.
    if (this.#writer.discard() || !wasOpen) {
      this.#response.destroy();
      return;
    }
    this.#writer.write(Buffer.from(`: ${reason}\n\n`), nothing);
    this.#cutAfterGrace();
    void this.#end();
  }

  async leave(leave: Leave): Promise<void> {
    if (this.#response.destroyed) return;
    const lastWords = async (): Promise<void> => {
      await this.#operation.settled();
      await this.#writer.drained();
    };
    const close = (): void => {
      // It may be at its end by itself.
      if (!this.#isEnding)
        this.close(closeCodes.goingAway, 'going away; come back, with the last cursor if there is one');
    };
    const onceClosed = (listener: () => void): void => void this.#response.once('close', listener);
    await takeLeave({ lastWords, close, onceClosed }, leave);
  }

  get #isOpen(): boolean {
    return this.#response.headersSent && !this.#isEnding && !this.#response.destroyed;
  }

  #say(own: Buffer, shared: Buffer): void {
    if (this.#isEnding || this.#response.destroyed) return;
    if (!this.#response.headersSent) this.#begin();
    if (!this.#writer.write(own, shared)) this.#closeSlowReader();
  }

  #begin(): void {
    // Whoever comes back is better served by whichever process has the most room, than by the one at the end of this connection.
    closeConnectionAfter(this.#response);
    for (const [name, value] of Object.entries(this.#exchange.begin()))
      if (value !== undefined) this.#response.setHeader(name, value);
    this.#response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    });
    this.#settle();
  }

  /** What waits goes out before. */
  async #end(): Promise<void> {
    this.#isEnding = true;
    await this.#writer.drained();
    if (this.#response.destroyed) return;
    this.#response.end();
    if (!this.#isClosed) this.#cutAfterGrace();
  }

  #cutAfterGrace(): void {
    const overdue = setTimeout(() => this.#response.destroy(), endGraceMs);
    this.#response.once('close', () => clearTimeout(overdue));
  }

  #closeSlowReader(): void {
    this.close(
      closeCodes.slowReader,
      'OVERLOADED: payloads are not read fast enough; come back, with the last cursor if there is one',
    );
  }

  #commentPauseMs(): number {
    const { min, max } = this.shared.limits.pingMs;
    return min + Math.random() * (max - min);
  }
}

export interface AskedOfStream {
  readonly place: Place;
  readonly message: OperationMessage;
  /** Called once, when it is closed. */
  readonly onClosed: (stream: EventStream) => void;
}
