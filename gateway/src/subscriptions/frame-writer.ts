import type { Duplex, Writable } from 'node:stream';

/** Corks streams for the rest of the event loop's turn, so that all frames of one turn leave in one write for each. */
export class TurnFlusher {
  #corked = new Set<Duplex>();

  cork(stream: Duplex): void {
    if (this.#corked.has(stream)) return;
    if (this.#corked.size === 0) setImmediate(() => this.#flush());
    this.#corked.add(stream);
    stream.cork();
  }

  #flush(): void {
    const corked = this.#corked;
    this.#corked = new Set();
    for (const stream of corked) stream.uncork();
  }
}

/** What messages are written to: a connection, or the body of an answer on one. */
export type Outlet = Pick<
  Writable,
  'destroyed' | 'writableLength' | 'writableNeedDrain' | 'write' | 'once' | 'off'
>;

/** A piece of a message: all of it where it is the first and the last. */
export interface Piece {
  readonly sizeBytes: number;
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

/** Puts what marks a piece off in front of the first bytes of it. */
export type Framing = (piece: Piece, firstBytes: Buffer) => Buffer;

/** What waits for its turn on a stream. */
interface WaitingMessage {
  readonly head: Buffer;
  readonly shared: Buffer;
  /** Of head and shared together, that were written. */
  written: number;
  /** Of its bytes: what the socket would not hold otherwise. */
  readonly heldBytes: number;
  /** Of these, what was taken beyond what every socket may have. */
  readonly takenBytes: number;
}

/** Larger messages leave in fragments, between which the stream may rest and control frames may go. */
const fragmentBytes = 64 * 1024;
/** Given to the stream before messages begin to wait. */
const streamBytes = 256 * 1024;
/** Given to the stream while messages wait: little, so that somebody who reads slowly can be told from somebody who does not. */
const streamBytesWhileWaiting = 128 * 1024;
/** What a message costs beside its bytes. */
const messageBytes = 256;

export interface FrameWriterOptions {
  readonly outlet: Outlet;
  /** What `outlet` writes to; undefined while something else is written there. */
  readonly connection: () => Duplex | undefined;
  readonly framing: Framing;
  readonly flusher: TurnFlusher;
  /** What may wait for the reader, and one message more. */
  readonly freeBytes: number;
  /** Room beyond `freeBytes`, which many writers share; false when there is none. */
  readonly take: (sizeBytes: number) => boolean;
  readonly give: (sizeBytes: number) => void;
}

/**
 * Writes messages made of a part of this client's own and a part that many clients share, without copying it. What the outlet has no
 * room for waits here, in order.
 */
export class FrameWriter {
  readonly #options: FrameWriterOptions;
  readonly #outlet: Outlet;
  readonly #waiting: WaitingMessage[] = [];
  #waitingBytes = 0;
  #writtenBytes = 0;
  #resting: (() => void)[] = [];
  #isListening = false;

  constructor(options: FrameWriterOptions) {
    this.#options = options;
    this.#outlet = options.outlet;
  }

  /** Bytes that have not left for the network. */
  get bufferedBytes(): number {
    return this.#outlet.writableLength + this.#waitingBytes;
  }

  /** True when the reader is behind: more than a few kilobytes have not left. */
  get isBehind(): boolean {
    return !this.#outlet.destroyed && (this.#waiting.length > 0 || this.#outlet.writableNeedDrain);
  }

  /** Bytes that have left since the beginning: while it grows, somebody reads. */
  get leftBytes(): number {
    return this.#writtenBytes - this.#outlet.writableLength;
  }

  /** `head`, then `shared`, as one message. False when there is no room for it: then nothing of it is written. */
  write(head: Buffer, shared: Buffer): boolean {
    const sizeBytes = head.byteLength + shared.byteLength;
    const { writableLength } = this.#outlet;
    const { freeBytes } = this.#options;
    if (
      this.#waiting.length === 0 &&
      sizeBytes <= fragmentBytes &&
      writableLength < Math.min(streamBytes, freeBytes)
    ) {
      this.#writePiece({ sizeBytes, isFirst: true, isLast: true }, head, shared);
      return true;
    }
    // Equal subscriptions of one socket wait with one payload in hand.
    const isHeld = shared.byteLength > 0 && this.#waiting.at(-1)?.shared === shared;
    const heldBytes = messageBytes + head.byteLength + (isHeld ? 0 : shared.byteLength);
    const isFree = this.bufferedBytes <= freeBytes;
    if (!isFree && !this.#options.take(heldBytes)) return false;
    this.#waiting.push({ head, shared, written: 0, heldBytes, takenBytes: isFree ? 0 : heldBytes });
    this.#waitingBytes += heldBytes;
    this.#writeMore();
    return true;
  }

  /** Resolves when what was written has left, or the stream is closed. A few kilobytes do not count. */
  drained(): Promise<void> {
    if (!this.isBehind) return Promise.resolve();
    return new Promise((resolve) => {
      this.#resting.push(resolve);
      this.#listen();
    });
  }

  /** Forgets what waits: nobody will read it. True when a message is left with its beginning alone. */
  discard(): boolean {
    const isCut = (this.#waiting[0]?.written ?? 0) > 0;
    for (const { takenBytes } of this.#waiting) this.#options.give(takenBytes);
    this.#waiting.length = 0;
    this.#waitingBytes = 0;
    this.#rest();
    return isCut;
  }

  #writeMore(): void {
    for (;;) {
      const [first] = this.#waiting;
      if (first === undefined || this.#outlet.destroyed) return;
      if (this.#outlet.writableLength >= streamBytesWhileWaiting) {
        this.#listen();
        return;
      }
      this.#writeFragment(first);
    }
  }

  #writeFragment(message: WaitingMessage): void {
    const { head, shared, written } = message;
    const end = Math.min(head.byteLength + shared.byteLength, written + fragmentBytes);
    const isLast = end === head.byteLength + shared.byteLength;
    const own = head.subarray(written, end);
    const rest = shared.subarray(Math.max(0, written - head.byteLength), Math.max(0, end - head.byteLength));
    this.#writePiece({ sizeBytes: end - written, isFirst: written === 0, isLast }, own, rest);
    message.written = end;
    if (!isLast) return;
    this.#waiting.shift();
    this.#waitingBytes -= message.heldBytes;
    this.#options.give(message.takenBytes);
  }

  #writePiece(piece: Piece, own: Buffer, shared: Buffer): void {
    const { connection, flusher, framing } = this.#options;
    const open = connection();
    if (open !== undefined) flusher.cork(open);
    const framed = framing(piece, own);
    this.#writtenBytes += framed.byteLength + shared.byteLength;
    if (framed.byteLength > 0) this.#outlet.write(framed);
    if (shared.byteLength > 0) this.#outlet.write(shared);
  }

  #listen(): void {
    if (this.#isListening) return;
    this.#isListening = true;
    this.#outlet.once('drain', this.#onDrain);
    this.#outlet.once('close', this.#onClose);
  }

  readonly #onDrain = (): void => {
    this.#isListening = false;
    this.#outlet.off('close', this.#onClose);
    this.#writeMore();
    if (!this.isBehind) this.#rest();
    else this.#listen();
  };

  readonly #onClose = (): void => {
    this.#outlet.off('drain', this.#onDrain);
    this.discard();
  };

  #rest(): void {
    const resting = this.#resting;
    this.#resting = [];
    for (const resolve of resting) resolve();
  }
}
