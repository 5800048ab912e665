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

/**
 * Writes text frames (RFC 6455 §5.2, unmasked, not fragmented) made of a part of this socket's own and a part that many sockets
 * share without copying it. `ws` writes whole frames to the same stream and compression is off, so that the two can take turns.
 */
export class FrameWriter {
  readonly #stream: Duplex;
  readonly #flusher: TurnFlusher;

  constructor(stream: Duplex, flusher: TurnFlusher) {
    this.#stream = stream;
    this.#flusher = flusher;
  }

  /** Bytes that have not left for the network. */
  get bufferedBytes(): number {
    return this.#stream.writableLength;
  }

  /** `head`, then `shared`, as one frame. */
  writeText(head: Buffer, shared: Buffer): void {
    this.#flusher.cork(this.#stream);
    this.#stream.write(frameHeader(head.byteLength + shared.byteLength, head));
    this.#stream.write(shared);
  }

  /** Resolves when what was written has left, or the stream is closed. A few kilobytes do not count. */
  drained(): Promise<void> {
    const stream = this.#stream;
    if (!stream.writableNeedDrain || stream.destroyed) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        stream.off('drain', done);
        stream.off('close', done);
        resolve();
      };
      stream.on('drain', done);
      stream.on('close', done);
    });
  }
}

const finalTextFrame = 0x81;

function frameHeader(length: number, head: Buffer): Buffer {
  const headerLength = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const bytes = Buffer.allocUnsafe(headerLength + head.byteLength);
  bytes[0] = finalTextFrame;
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
