import type { ObjectStore } from '@tributary/engines/object-store';
import type { PartsUpload, WrittenPart } from '../domain/upload.ts';

/** What one upload holds in memory, at most twice, a third time while it has a turn to put parts ahead, and once more while one that is safe is hashed. A multiple of what sealed stores frame, and above what S3 takes as a part. */
export const partBytes = 8 * 1024 * 1024;

/** Bytes of content go as bytes: what they are is said by the row. */
const stored = { contentType: 'application/octet-stream' } as const;

export interface PartWriterState {
  readonly partsUpload: PartsUpload | null;
  readonly parts: readonly WrittenPart[];
}

export interface PartWriting {
  /** Its parts lie apart from those of others: one that arrives late takes the place of nobody's. */
  readonly writer: number;
  /** Aborted when the upload is somebody else's to write. */
  readonly signal: AbortSignal | undefined;
  readonly ahead: PartsAhead;
  /** Records where parts will lie, before the first of them does. When it fails there is no such place. */
  readonly onBegun: (partsUpload: PartsUpload) => Promise<void>;
  readonly onPart: (state: PartWriterState, writtenBytes: number) => Promise<void>;
  /** Takes the chunks of each part that is safe, in their order. They stay in memory until it resolves, of each writer those of one part. */
  readonly onSafe: (chunks: readonly Uint8Array[]) => Promise<void>;
}

interface Held {
  readonly chunks: readonly Uint8Array[];
  readonly sizeBytes: number;
}

/** A part that is being put. */
interface PartUnderWay extends Held {
  readonly put: Promise<WrittenPart>;
  readonly recorded: Promise<void>;
  /** Taken with a turn of `PartsAhead`. */
  readonly isAhead: boolean;
}

/** How many parts the writers of a process may have under way beside the first of each: they stay in memory until they are safe. */
export class PartsAhead {
  #left: number;

  constructor(atOnce: number) {
    this.#left = atOnce;
  }

  take(): boolean {
    if (this.#left === 0) return false;
    this.#left -= 1;
    return true;
  }

  give(): void {
    this.#left += 1;
  }
}

/**
 * Collects bytes until they fill a part, and writes parts as they fill: while one is made safe, the next is taken, and put as well if there is a turn to do
 * so. Parts are recorded in their order, whichever is safe first. What is smaller than a part becomes one object by one put; the last part is written by
 * `complete`, because only then is it known to be the last. Chunks are the writer's, who gives those away that are safe.
 */
export class PartWriter {
  readonly #objects: ObjectStore;
  readonly #key: string;
  readonly #progress: PartWriting;
  #partsUpload: PartsUpload | null;
  #begun: Promise<PartsUpload> | undefined;
  #parts: readonly WrittenPart[];
  #chunks: Uint8Array[] = [];
  #heldBytes = 0;
  /** In their order; the first of them is recorded next. */
  #underWay: readonly PartUnderWay[] = [];
  #hasFailed = false;
  #recorded: Promise<void> = Promise.resolve();
  #givenAway: Promise<void> = Promise.resolve();

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
      await this.#inTurn(() => {
        const fits = Math.max(0, partBytes - this.#heldBytes);
        this.#take(rest.subarray(0, fits));
        rest = rest.subarray(fits);
      });
    }
    this.#take(rest);
  }

  /** Resolves when every part that filled is safe. `more`: more will come, so that what just fills a part is one. */
  async settled({ more }: { readonly more: boolean }): Promise<void> {
    if (more && this.#heldBytes === partBytes) await this.#inTurn(() => undefined);
    await this.#recorded;
  }

  /** Resolves when no part is under way: each is safe by then, or its bytes are held again. */
  async idle(): Promise<void> {
    await this.#recorded.catch(() => undefined);
  }

  /** Makes all bytes one object. Repeating it after a crash is harmless. */
  async complete(): Promise<void> {
    await this.#recorded;
    if (this.#partsUpload === null) {
      await this.#objects.put({
        key: this.#key,
        body: this.#chunks,
        sizeBytes: this.#heldBytes,
        ...stored,
      });
      return;
    }
    if (this.#heldBytes > 0) this.#beginPart({ isAhead: false, last: true });
    await this.#recorded;
    await this.#objects.completeUpload({ upload: this.#partsUpload, parts: this.#parts });
  }

  #take(bytes: Uint8Array): void {
    if (bytes.byteLength === 0) return;
    this.#chunks.push(bytes);
    this.#heldBytes += bytes.byteLength;
  }

  /** Fills a part and begins it when it may be, in that moment: what is awaited between its turn and its beginning may fail the writer. */
  async #inTurn(fill: () => void): Promise<void> {
    let turn = this.#turn();
    for (; turn === undefined; turn = this.#turn()) await this.#change();
    fill();
    this.#beginPart({ ...turn, last: false });
  }

  /** Whether a part may be begun in this moment; undefined when not. */
  #turn(): { readonly isAhead: boolean } | undefined {
    if (this.#hasFailed || this.#underWay.length > 1) return undefined;
    if (this.#underWay.length === 0) return { isAhead: false };
    return this.#progress.ahead.take() ? { isAhead: true } : undefined;
  }

  /** Resolves when the oldest part is safe. @throws what the writing of a part failed with */
  async #change(): Promise<void> {
    await (this.#hasFailed ? this.#recorded : this.#underWay[0]?.recorded);
  }

  #beginPart({ isAhead, last }: { readonly isAhead: boolean; readonly last: boolean }): void {
    const held = { chunks: this.#chunks, sizeBytes: this.#heldBytes };
    this.#chunks = [];
    this.#heldBytes = 0;
    const put = this.#put(held, this.#parts.length + this.#underWay.length + 1, last);
    const recorded = this.#recorded.then(() => this.#record());
    this.#underWay = [...this.#underWay, { ...held, isAhead, put, recorded }];
    this.#recorded = recorded;
    // Whoever comes next hears of a failure.
    for (const step of [put, recorded]) step.catch(() => undefined);
  }

  async #put({ chunks, sizeBytes }: Held, number: number, last: boolean): Promise<WrittenPart> {
    this.#begun ??= this.#begin();
    const upload = await this.#begun;
    const { signal, writer } = this.#progress;
    const part = { upload, number, writer, last, body: chunks, sizeBytes, signal };
    const { etag } = await this.#objects.putPart(part);
    return { number, etag };
  }

  /** The part that is next, once it is put. */
  async #record(): Promise<void> {
    try {
      const [part] = this.#underWay;
      if (part === undefined) throw new TypeError('no part is under way');
      const written = await part.put;
      await this.#givenAway;
      this.#givenAway = this.#progress.onSafe(part.chunks);
      this.#parts = [...this.#parts, written];
      // Not from before: another may have been begun meanwhile.
      this.#underWay = this.#underWay.slice(1);
      if (part.isAhead) this.#progress.ahead.give();
      await this.#progress.onPart(this.state, part.sizeBytes);
    } catch (error) {
      this.#hasFailed = true;
      await this.#takeBack();
      throw error;
    }
  }

  /** Of parts that are not recorded no byte is lost: they are held again, before those that came since, and put again under the same numbers. */
  async #takeBack(): Promise<void> {
    await Promise.allSettled(this.#underWay.map(({ put }) => put));
    for (const { chunks, sizeBytes, isAhead } of this.#underWay.toReversed()) {
      this.#chunks.unshift(...chunks);
      this.#heldBytes += sizeBytes;
      if (isAhead) this.#progress.ahead.give();
    }
    this.#underWay = [];
  }

  async #begin(): Promise<PartsUpload> {
    if (this.#partsUpload !== null) return this.#partsUpload;
    const begun = await this.#objects.beginUpload({ key: this.#key, partBytes, ...stored });
    try {
      await this.#progress.onBegun(begun);
    } catch (error) {
      await this.#objects.abortUpload(begun).catch(() => undefined);
      throw error;
    }
    this.#partsUpload = begun;
    return begun;
  }
}
