import type { Readable } from 'node:stream';
import { interruptible } from '@tributary/engines/interruptible';

/** A body that ends well where it was cut, or where it is told to stop: what came until then counts, and the client sends the rest again. */
export class WhatCame implements AsyncIterable<Uint8Array> {
  readonly #body: Readable;
  readonly #stop = new AbortController();
  /** What cut it, unless it was told to stop. */
  failure: unknown;

  constructor(body: Readable) {
    this.#body = body;
  }

  /** Aborted when it has been told to stop. */
  get stopped(): AbortSignal {
    return this.#stop.signal;
  }

  stop(): void {
    this.#stop.abort();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      yield* interruptible(this.#body as AsyncIterable<Uint8Array>, this.#stop.signal);
    } catch (error) {
      if (!this.#stop.signal.aborted) this.failure = error;
    }
  }
}
