import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { CodedError } from '@tributary/runtime';
import type { RawData, WebSocket } from 'ws';
import { type ClientMessage, parseClientMessage } from './client-message.ts';
import { ClientOperation } from './client-operation.ts';
import { brokenFrameCode, type CloseCode, closeCodes } from './close-codes.ts';
import { atEndOfCredential } from './end-of-credential.ts';
import { FrameWriter } from './frame-writer.ts';
import { aboutToStop, type Leave, takeLeave } from './leave-taking.ts';
import type { Connection } from './open-connections.ts';
import { type Place, takePlace } from './place-among-clients.ts';
import { ReadingWatch } from './reading-watch.ts';
import type { SharedByClients } from './shared-by-clients.ts';
import { type OperationSocket, SocketChannel } from './socket-channel.ts';
import { credentialsOf } from './socket-credentials.ts';
import type { SocketIdentity } from './socket-doors.ts';
import { webSocketFrames } from './web-socket-frames.ts';

/** After the close frame a client has this long to answer it. */
const closeGraceMs = 5_000;
const nothing = Buffer.alloc(0);

export interface SocketConnection {
  readonly socket: WebSocket;
  /** What `socket` writes its frames to. */
  readonly stream: Duplex;
  readonly request: IncomingMessage;
  /** Called when its credentials hold. */
  readonly onEntered: () => void;
  /** Called once, when the socket is closed. */
  readonly onClosed: (session: SocketSession) => void;
}

/** One client's connection: graphql-transport-ws, bounded in everything the client can drive. */
export class SocketSession implements OperationSocket, Connection {
  readonly shared: SharedByClients;
  readonly request: IncomingMessage;
  readonly #socket: WebSocket;
  readonly #writer: FrameWriter;
  readonly #onEntered: () => void;
  readonly #reading: ReadingWatch;
  readonly #operations = new Map<string, ClientOperation>();
  readonly #initTimer: NodeJS.Timeout;
  #expiry: Disposable | undefined;
  #identity: SocketIdentity | undefined;
  #place: Place | undefined;
  #initReceived = false;
  #isAlive = true;
  #isLeaving = false;
  #nextPingAtMs: number;
  #frames = 0;
  #framesSinceMs: number;

  constructor(shared: SharedByClients, connection: SocketConnection) {
    const { socket, stream, request, onEntered, onClosed } = connection;
    this.shared = shared;
    this.request = request;
    this.#socket = socket;
    this.#onEntered = onEntered;
    this.#writer = new FrameWriter({
      outlet: stream,
      connection: () => stream,
      framing: webSocketFrames,
      flusher: shared.flusher,
      freeBytes: shared.limits.maxBufferedBytes,
      take: (sizeBytes) => shared.unread.take(this.#place?.owner ?? '', sizeBytes),
      give: (sizeBytes) => shared.unread.give(this.#place?.owner ?? '', sizeBytes),
    });
    this.#framesSinceMs = shared.clock.monotonicMs();
    this.#reading = new ReadingWatch(this.#writer, shared.limits.unreadPatienceMs, this.#framesSinceMs);
    this.#nextPingAtMs = this.#framesSinceMs + this.#pingPauseMs();
    const { initTimeoutMs } = shared.limits;
    this.#initTimer = setTimeout(
      () => this.close(closeCodes.initTimeout, 'Connection initialisation timeout'),
      initTimeoutMs,
    );
    socket.on('message', (data, isBinary) => this.#onFrame(data, isBinary));
    socket.on('ping', () => this.#countFrame());
    socket.on('pong', () => {
      this.#isAlive = true;
      this.#countFrame();
    });
    // `ws` closes with the right code; there is nothing to add.
    socket.on('error', (error) => {
      const code = brokenFrameCode(error);
      if (code !== undefined) shared.figures.closes.inc({ code });
    });
    socket.on('close', () => {
      this.#onClosed();
      onClosed(this);
    });
  }

  get identity(): SocketIdentity | undefined {
    return this.#identity;
  }

  /** Called every second or so: pings when it is time, ends a socket that did not answer the last ping, or does not read what waits for it. */
  keepAlive(nowMs: number): void {
    const reading = this.#reading.at(nowMs);
    // Its answer to a ping comes after what it has to read before.
    if (reading === 'reads') this.#isAlive = true;
    else if (reading === 'gone') this.#closeSlowReader();
    if (nowMs < this.#nextPingAtMs) return;
    if (!this.#isAlive) {
      this.#socket.terminate();
      return;
    }
    this.#isAlive = false;
    this.#nextPingAtMs = nowMs + this.#pingPauseMs();
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping();
  }

  send(message: object): void {
    this.writePayload(Buffer.from(JSON.stringify(message)), nothing);
  }

  writePayload(head: Buffer, payload: Buffer): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (!this.#writer.write(head, payload)) this.#closeSlowReader();
  }

  drained(): Promise<void> {
    return this.#writer.drained();
  }

  get isBehind(): boolean {
    return this.#writer.isBehind;
  }

  forget(id: string): void {
    this.#operations.delete(id);
  }

  comeBackLater(reason: string, code: CloseCode = closeCodes.tryAgainLater): void {
    this.close(code, reason);
  }

  close(code: CloseCode, reason: string): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.shared.figures.closes.inc({ code });
    this.#stopOperations();
    this.#writer.discard();
    this.#socket.close(code, reason.slice(0, 120));
    const overdue = setTimeout(() => this.#socket.terminate(), closeGraceMs);
    this.#socket.once('close', () => clearTimeout(overdue));
  }

  async leave(leave: Leave): Promise<void> {
    if (this.#socket.readyState === this.#socket.CLOSED) return;
    const lastWords = async (): Promise<void> => {
      this.#isLeaving = true;
      await Promise.all([...this.#operations.values()].map((operation) => operation.settled()));
      await this.#writer.drained();
    };
    const close = (): void =>
      this.close(closeCodes.goingAway, 'going away; come back, with the last cursor if there is one');
    const onceClosed = (listener: () => void): void => void this.#socket.once('close', listener);
    await takeLeave({ lastWords, close, onceClosed }, leave);
  }

  #onFrame(data: RawData, isBinary: boolean): void {
    this.#isAlive = true;
    if (!this.#countFrame()) return;
    const message = isBinary ? undefined : parseClientMessage(data.toString());
    if (message === undefined)
      this.close(closeCodes.badRequest, 'BAD_REQUEST: not a message of graphql-transport-ws');
    else if (message.type === 'connection_init') void this.#init(message.payload);
    else if (message.type === 'ping') this.send({ type: 'pong' });
    else if (message.type === 'subscribe') this.#subscribe(message);
    else if (message.type === 'complete') {
      this.#operations.get(message.id)?.stop();
      this.#operations.delete(message.id);
    }
  }

  async #init(payload: Readonly<Record<string, unknown>>): Promise<void> {
    if (this.#initReceived) {
      this.close(closeCodes.tooManyInits, 'Too many initialisation requests');
      return;
    }
    this.#initReceived = true;
    // Whether it holds is asked within a limit of its own.
    clearTimeout(this.#initTimer);
    try {
      const identity = await this.shared.doors.authenticate(
        credentialsOf(payload, this.request),
        this.request,
      );
      if (this.#socket.readyState === this.#socket.OPEN) this.#enter(identity);
    } catch (error) {
      const coded = error instanceof CodedError ? error : undefined;
      if (coded === undefined || coded.retryable)
        this.comeBackLater(`${coded?.code ?? 'INTERNAL'}: try again`);
      else if (coded.code === 'BAD_REQUEST')
        this.close(closeCodes.badRequest, `${coded.code}: ${coded.message}`);
      else this.close(closeCodes.forbidden, `${coded.code}: ${coded.message}`);
    }
  }

  #enter(identity: SocketIdentity): void {
    // Revoked while it entered: whoever closes the sockets of revoked rights found no identity here.
    if (this.shared.doors.isRevoked(identity.principal)) {
      this.close(closeCodes.forbidden, 'FORBIDDEN: these rights were revoked');
      return;
    }
    const place = takePlace(this.shared, identity.principal, this.request);
    if (place === undefined) {
      this.close(closeCodes.tooManySockets, 'TOO_MANY_CONNECTIONS: close a socket before you open another');
      return;
    }
    this.#place = place;
    this.#onEntered();
    this.#expiry = atEndOfCredential(identity.expiresAtMs, this.shared.clock, () =>
      this.close(closeCodes.forbidden, 'UNAUTHENTICATED: token expired'),
    );
    this.#identity = identity;
    this.send({ type: 'connection_ack' });
  }

  #subscribe(message: Extract<ClientMessage, { type: 'subscribe' }>): void {
    const { id } = message;
    if (this.#identity === undefined) {
      this.close(closeCodes.unauthorized, 'Unauthorized');
      return;
    }
    if (this.#operations.has(id)) {
      this.close(closeCodes.subscriberExists, `Subscriber for ${id.slice(0, 64)} already exists`);
      return;
    }
    // Its client asks again by itself, elsewhere, once this socket is closed; what is refused it would forget.
    if (this.#isLeaving && message.after !== undefined) return;
    const operation = new ClientOperation(new SocketChannel(this, id), this.#identity, message);
    this.#operations.set(id, operation);
    const refusal = this.#isLeaving ? aboutToStop() : this.#beyondLimit();
    if (refusal === undefined) void operation.run();
    else operation.refuse([this.shared.shownCoded(refusal)]);
  }

  #beyondLimit(): CodedError | undefined {
    const { operationsPerSocket: limit } = this.shared.limits;
    if (this.#operations.size <= limit) return undefined;
    const message = `One socket carries ${limit} operations at most.`;
    return new CodedError('TOO_MANY_CONNECTIONS', message, { details: { limit } });
  }

  #closeSlowReader(): void {
    this.close(
      closeCodes.slowReader,
      'OVERLOADED: payloads are not read fast enough; come back, with the last cursor if there is one',
    );
  }

  /** False when the client floods the socket, which is then closed. */
  #countFrame(): boolean {
    const nowMs = this.shared.clock.monotonicMs();
    if (nowMs - this.#framesSinceMs > 10_000) {
      this.#framesSinceMs = nowMs;
      this.#frames = 0;
    }
    this.#frames += 1;
    if (this.#frames <= this.shared.limits.framesPerTenSeconds)
      return this.#socket.readyState === this.#socket.OPEN;
    this.close(closeCodes.policyViolation, 'RATE_LIMITED: too many frames');
    return false;
  }

  #pingPauseMs(): number {
    const { min, max } = this.shared.limits.pingMs;
    return min + Math.random() * (max - min);
  }

  #stopOperations(): void {
    for (const operation of this.#operations.values()) operation.stop();
    this.#operations.clear();
  }

  #onClosed(): void {
    clearTimeout(this.#initTimer);
    this.#expiry?.[Symbol.dispose]();
    this.#stopOperations();
    this.#writer.discard();
    this.#place?.leave();
  }
}
