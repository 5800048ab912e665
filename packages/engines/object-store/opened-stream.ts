import { pipeline, type Readable, Transform, type TransformCallback } from 'node:stream';
import { frameBytes, openFrame, overheadBytes, prefixOf, sealedFrameBytes } from './sealed-frames.ts';
import { damaged } from './stored-file.ts';

export interface OpenedRange {
  readonly objectKey: Uint8Array;
  /** Of the whole object's content. */
  readonly sizeBytes: number;
  /** Content wanted; sealed bytes come from the frame it starts in to the frame it ends in. */
  readonly firstByte: number;
  readonly lengthBytes: number;
  /** Frames of each part but the last; undefined when the object has one. */
  readonly framesPerPart: number | undefined;
}

/** The content of sealed bytes, frame by frame: nothing of a frame is given out before all of it is authentic. Destroying it destroys its source. */
export function openStream(sealed: Readable, range: OpenedRange): Readable {
  const opened = new FrameOpener(range);
  pipeline(sealed, opened, () => undefined);
  return opened;
}

class FrameOpener extends Transform {
  readonly #range: OpenedRange;
  readonly #frame = Buffer.allocUnsafe(sealedFrameBytes);
  #filled = 0;
  #index: number;
  #prefix: Buffer | undefined;
  /** Content yet to be given out. */
  #left: number;

  constructor(range: OpenedRange) {
    super({ readableHighWaterMark: 4 * frameBytes, writableHighWaterMark: 4 * frameBytes });
    this.#range = range;
    this.#index = Math.floor(range.firstByte / frameBytes);
    this.#left = range.lengthBytes;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    try {
      for (let at = 0; at < chunk.length; ) {
        const taken = chunk.copy(this.#frame, this.#filled, at, at + this.#wanted() - this.#filled);
        if (taken === 0) throw damaged();
        this.#filled += taken;
        at += taken;
        if (this.#filled === this.#wanted()) this.#open();
      }
      done();
    } catch (error) {
      done(error as Error);
    }
  }

  override _flush(done: TransformCallback): void {
    done(this.#filled > 0 || this.#left > 0 ? damaged() : null);
  }

  /** The length of the frame that comes, sealed; 0 when none is to come. */
  #wanted(): number {
    const start = this.#index * frameBytes;
    const { sizeBytes, firstByte, lengthBytes } = this.#range;
    if (start >= Math.max(1, firstByte + lengthBytes)) return 0;
    return Math.min(frameBytes, sizeBytes - start) + overheadBytes;
  }

  #open(): void {
    const { objectKey, sizeBytes, firstByte, framesPerPart = Number.POSITIVE_INFINITY } = this.#range;
    const index = this.#index;
    const sealed = this.#frame.subarray(0, this.#filled);
    const last = (index + 1) * frameBytes >= sizeBytes;
    const prefix = index % framesPerPart === 0 ? undefined : this.#prefix;
    const content = openFrame(sealed, objectKey, { index, last, prefix });
    this.#prefix = Buffer.from(prefixOf(sealed));
    this.#index += 1;
    this.#filled = 0;
    const skipped = Math.max(0, firstByte - index * frameBytes);
    const wanted = content.subarray(skipped, skipped + this.#left);
    this.#left -= wanted.length;
    if (wanted.length > 0) this.push(wanted);
  }
}
