import { Readable } from 'node:stream';
import { codedS3Error } from './s3-faults.ts';

export interface Hearing {
  /** How long the store may send nothing while there is room for more. */
  readonly limitMs: number;
  /** Called when it did; what the reader is to be told. */
  readonly silent: () => Error;
}

/**
 * The bytes of an object as the store sends them, its faults told in the words of the port. A reader who rests is waited for, the store is not:
 * time counts while there is room for more than the reader has taken, and each piece begins it anew. Destroying it destroys its source.
 */
export class HeardBody extends Readable {
  readonly #source: Readable;
  readonly #hearing: Hearing;
  #silence: NodeJS.Timeout | undefined;

  constructor(source: Readable, hearing: Hearing) {
    super();
    this.#source = source;
    this.#hearing = hearing;
    // A stream that is paused by word does not begin to flow by being listened to.
    source.pause();
    source.on('data', (chunk: Buffer) => {
      clearTimeout(this.#silence);
      if (!this.push(chunk)) source.pause();
    });
    source.on('end', () => {
      clearTimeout(this.#silence);
      this.push(null);
    });
    source.on('error', (error) => this.destroy(codedS3Error(error) as Error));
    source.on('close', () => {
      if (!source.readableEnded) this.destroy(codedS3Error(new Error('socket hang up')) as Error);
    });
  }

  override _read(): void {
    clearTimeout(this.#silence);
    const { limitMs, silent } = this.#hearing;
    this.#silence = setTimeout(() => this.destroy(silent()), limitMs);
    this.#source.resume();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#silence);
    this.#source.destroy();
    done(error);
  }
}
