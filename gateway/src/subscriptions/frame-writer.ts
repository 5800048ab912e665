import type { Duplex } from 'node:stream';

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
  readonly stream: Duplex;
  readonly flusher: TurnFlusher;
  /** What may wait for the reader, and one message more. */
  readonly freeBytes: number;
  /** Room beyond `freeBytes`, which many writers share; false when there is none. */
  readonly take: (sizeBytes: number) => boolean;
  readonly give: (sizeBytes: number) => void;
}

/**
 * Writes text messages (RFC 6455 §5.2 and §5.4, unmasked) made of a part of this socket's own and a part that many sockets
 * share without copying it. `ws` writes whole control frames to the same stream and compression is off, so that the two can take turns.
 * What the stream has no room for waits here, in order.
 */
export class FrameWriter {
  readonly #options: FrameWriterOptions;
  readonly #stream: Duplex;
  readonly #waiting: WaitingMessage[] = [];
  #waitingBytes = 0;
  #writtenBytes = 0;
  #resting: (() => void)[] = [];
  #isListening = false;

  constructor(options: FrameWriterOptions) {
    this.#options = options;
    this.#stream = options.stream;
  }

  /** Bytes that have not left for the network. */
  get bufferedBytes(): number {
    return this.#stream.writableLength + this.#waitingBytes;
  }

  /** True when the reader is behind: more than a few kilobytes have not left. */
  get isBehind(): boolean {
    return !this.#stream.destroyed && (this.#waiting.length > 0 || this.#stream.writableNeedDrain);
  }

  /** Bytes that have left since the beginning: while it grows, somebody reads. */
  get leftBytes(): number {
    return this.#writtenBytes - this.#stream.writableLength;
  }

  /** `head`, then `shared`, as one message. False when there is no room for it: then nothing of it is written. */
  writeText(head: Buffer, shared: Buffer): boolean {
    const sizeBytes = head.byteLength + shared.byteLength;
    const { writableLength } = this.#stream;
    const { freeBytes } = this.#options;
    if (
      this.#waiting.length === 0 &&
      sizeBytes <= fragmentBytes &&
      writableLength < Math.min(streamBytes, freeBytes)
    ) {
      this.#write(frameHeader(sizeBytes, finalTextFrame, head), shared);
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

  /** Forgets what waits: nobody will read it. */
  discard(): void {
    for (const { takenBytes } of this.#waiting) this.#options.give(takenBytes);
    this.#waiting.length = 0;
    this.#waitingBytes = 0;
    this.#rest();
  }

  #writeMore(): void {
    for (;;) {
      const [first] = this.#waiting;
      if (first === undefined || this.#stream.destroyed) return;
      if (this.#stream.writableLength >= streamBytesWhileWaiting) {
        this.#listen();
        return;
      }
      this.#writeFragment(first);
    }
  }

  #writeFragment(message: WaitingMessage): void {
    const { head, shared, written } = message;
    const isFirst = written === 0;
    const end = Math.min(head.byteLength + shared.byteLength, written + fragmentBytes);
    const isLast = end === head.byteLength + shared.byteLength;
    const own = head.subarray(written, end);
    const rest = shared.subarray(Math.max(0, written - head.byteLength), Math.max(0, end - head.byteLength));
    this.#write(frameHeader(end - written, (isFirst ? textFrame : 0) | (isLast ? finalFrame : 0), own), rest);
    message.written = end;
    if (!isLast) return;
    this.#waiting.shift();
    this.#waitingBytes -= message.heldBytes;
    this.#options.give(message.takenBytes);
  }

  #write(header: Buffer, shared: Buffer): void {
    this.#options.flusher.cork(this.#stream);
    this.#writtenBytes += header.byteLength + shared.byteLength;
    this.#stream.write(header);
    if (shared.byteLength > 0) this.#stream.write(shared);
  }

  #listen(): void {
    if (this.#isListening) return;
    this.#isListening = true;
    this.#stream.once('drain', this.#onDrain);
    this.#stream.once('close', this.#onClose);
  }

  readonly #onDrain = (): void => {
    this.#isListening = false;
    this.#stream.off('close', this.#onClose);
    this.#writeMore();
    if (!this.isBehind) this.#rest();
    else this.#listen();
  };

  readonly #onClose = (): void => {
    this.#stream.off('drain', this.#onDrain);
    this.discard();
  };

  #rest(): void {
    const resting = this.#resting;
    this.#resting = [];
    for (const resolve of resting) resolve();
  }
}

const textFrame = 0x01;
const finalFrame = 0x80;
const finalTextFrame = textFrame | finalFrame;

/** The header of a frame of `length` bytes, and the first of them. */
function frameHeader(length: number, kind: number, head: Buffer): Buffer {
  const headerLength = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const bytes = Buffer.allocUnsafe(headerLength + head.byteLength);
  bytes[0] = kind;
  if (headerLength === 2) bytes[1] = length;
  else if (headerLength === 4) {
    bytes[1] = 126;
    bytes.writeUInt16BE(length, 2);
  } else {
    bytes[1] = 127;
    bytes.writeBigUInt64BE(BigInt(length), 2);
  }
  head.copy(bytes, headerLength);
  return bytes;
}
