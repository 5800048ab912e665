import { letGo } from '@tributary/engines/let-go';
import type { ObjectStore } from '@tributary/engines/object-store';
import type { PartsUpload, WrittenPart } from '../domain/upload.ts';

/** What one upload holds in memory, at most twice. A multiple of what sealed stores frame, and above what S3 takes as a part. */
export const partBytes = 8 * 1024 * 1024;

/** Bytes of content go as bytes: what they are is said by the row. */
const stored = { contentType: 'application/octet-stream' } as const;

export interface PartWriterState {
  readonly partsUpload: PartsUpload | null;
  readonly parts: readonly WrittenPart[];
}

export interface PartWriting {
  /** Aborted when the upload is somebody else's to write: a part that arrives later would take the place of theirs. */
  readonly signal: AbortSignal | undefined;
  /** Records where parts will lie, before the first of them does. When it fails there is no such place. */
  readonly onBegun: (partsUpload: PartsUpload) => Promise<void>;
  readonly onPart: (state: PartWriterState, writtenBytes: number) => Promise<void>;
}

interface Held {
  readonly chunks: readonly Uint8Array[];
  readonly sizeBytes: number;
}

/**
 * Collects bytes until they fill a part, and writes parts as they fill: while one is made safe, the next is taken. What is smaller than a part becomes one object by one put;
 * the last part is written by `complete`, because only then is it known to be the last. Chunks are the writer's: they are empty once they are safe.
 */
export class PartWriter {
  readonly #objects: ObjectStore;
  readonly #key: string;
  readonly #progress: PartWriting;
  #partsUpload: PartsUpload | null;
  #parts: readonly WrittenPart[];
  #chunks: Uint8Array[] = [];
  #heldBytes = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(
    objects: ObjectStore,
    start: PartWriterState & { readonly key: string },
    progress: PartWriting,
  ) {
    this.#objects = objects;
    this.#key = start.key;
    this.#partsUpload = start.partsUpload;
    this.#parts = start.parts;
    this.#progress = progress;
  }

  /** The parts that are safe, recorded or not. */
  get state(): PartWriterState {
    return { partsUpload: this.#partsUpload, parts: this.#parts };
  }

  /** Bytes taken that no part holds yet. */
  get held(): Held {
    return { chunks: this.#chunks, sizeBytes: this.#heldBytes };
  }

  /** Takes bytes. A part is written when more than it holds has come. @throws what the writing of a part before failed with */
  async add(bytes: Uint8Array): Promise<void> {
    let rest = bytes;
    while (this.#heldBytes + rest.byteLength > partBytes) {
      await this.#writing;
      const fits = Math.max(0, partBytes - this.#heldBytes);
      this.#take(rest.subarray(0, fits));
      rest = rest.subarray(fits);
      this.#beginPart();
    }
    this.#take(rest);
  }

  /** Resolves when every part that filled is safe. `more`: more will come, so that what just fills a part is one. */
  async settled({ more }: { readonly more: boolean }): Promise<void> {
    await this.#writing;
    if (more && this.#heldBytes === partBytes) this.#beginPart();
    await this.#writing;
  }

  /** Resolves when no part is under way: each is safe by then, or its bytes are held again. */
  async idle(): Promise<void> {
    await this.#writing.catch(() => undefined);
  }

  /** Makes all bytes one object. Repeating it after a crash is harmless. */
  async complete(): Promise<void> {
    await this.#writing;
    if (this.#partsUpload === null) {
      await this.#objects.put({
        key: this.#key,
        body: eachOf(this.#chunks),
        sizeBytes: this.#heldBytes,
        ...stored,
      });
      return;
    }
    if (this.#heldBytes > 0) await this.#writePart(this.#takeHeld(), true);
    await this.#objects.completeUpload({ upload: this.#partsUpload, parts: this.#parts });
  }

  #take(bytes: Uint8Array): void {
    if (bytes.byteLength === 0) return;
    this.#chunks.push(bytes);
    this.#heldBytes += bytes.byteLength;
  }

  #takeHeld(): Held {
    const held = { chunks: this.#chunks, sizeBytes: this.#heldBytes };
    this.#chunks = [];
    this.#heldBytes = 0;
    return held;
  }

  #beginPart(): void {
    this.#writing = this.#writePart(this.#takeHeld(), false);
    // Whoever comes next hears of a failure.
    this.#writing.catch(() => undefined);
  }

  /** Of a part that could not be written no byte is lost: they are held again, before those that came since. */
  async #writePart({ chunks, sizeBytes }: Held, last: boolean): Promise<void> {
    const number = this.#parts.length + 1;
    try {
      this.#partsUpload ??= await this.#begin();
      const upload = this.#partsUpload;
      const { signal } = this.#progress;
      const part = { upload, number, last, body: eachOf(chunks), sizeBytes, signal };
      const { etag } = await this.#objects.putPart(part);
      this.#parts = [...this.#parts, { number, etag }];
    } catch (error) {
      this.#chunks = [...chunks, ...this.#chunks];
      this.#heldBytes += sizeBytes;
      throw error;
    }
    letGo(chunks);
    await this.#progress.onPart(this.state, sizeBytes);
  }

  async #begin(): Promise<PartsUpload> {
    const begun = await this.#objects.beginUpload({ key: this.#key, partBytes, ...stored });
    try {
      await this.#progress.onBegun(begun);
    } catch (error) {
      await this.#objects.abortUpload(begun).catch(() => undefined);
      throw error;
    }
    return begun;
  }
}

async function* eachOf(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}
