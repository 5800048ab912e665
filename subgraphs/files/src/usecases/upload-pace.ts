import { interruptible } from '@tributary/engines/interruptible';
import { CodedError } from '@tributary/runtime';

export interface PaceLimits {
  readonly windowMs: number;
  /** Bytes that come in a window at the least. */
  readonly leastBytes: number;
}

/** 32 KB a second: below it a place is held for hours. */
export const defaultPace: PaceLimits = { windowMs: 10_000, leastBytes: 320_000 };

/**
 * Watches how fast the bytes of one upload come. Places to write are few, because each holds parts in memory; whoever holds one and brings next to nothing
 * gives it up when somebody waits for it. Nobody who has the places to themselves is hurried, and time in which we are busy with what came does not count.
 */
export class UploadPace implements Disposable {
  readonly #limits: PaceLimits;
  readonly #slow = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #receivedBytes = 0;
  /** How long bytes were awaited in this window, and since when they are. */
  #awaitedMs = 0;
  #awaitedSinceMs: number | undefined;

  constructor(limits: PaceLimits, isWanted: () => boolean) {
    this.#limits = limits;
    this.#timer = setInterval(() => this.#look(isWanted), limits.windowMs).unref();
  }

  /**
   * The body's chunks. The body is not destroyed when it is left early: the protocol's library would take that for a client that left, and let go of the lease.
   * @throws CodedError OVERLOADED when they come too slowly while others wait
   */
  async *of(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
    this.#awaitedSinceMs = performance.now();
    for await (const chunk of interruptible(body, this.#slow.signal)) {
      this.#countAwaited();
      this.#awaitedSinceMs = undefined;
      this.#receivedBytes += chunk.byteLength;
      yield chunk;
      this.#awaitedSinceMs = performance.now();
    }
    this.#awaitedSinceMs = undefined;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #countAwaited(): void {
    if (this.#awaitedSinceMs === undefined) return;
    const nowMs = performance.now();
    this.#awaitedMs += nowMs - this.#awaitedSinceMs;
    this.#awaitedSinceMs = nowMs;
  }

  #look(isWanted: () => boolean): void {
    const { windowMs, leastBytes } = this.#limits;
    this.#countAwaited();
    const isSlow = this.#receivedBytes < leastBytes && this.#awaitedMs > windowMs / 2;
    this.#receivedBytes = 0;
    this.#awaitedMs = 0;
    if (!isSlow || !isWanted()) return;
    const message = `Others wait to upload, and this one brings less than ${Math.round(leastBytes / windowMs)} KB a second. A resumable upload goes on where it was cut.`;
    this.#slow.abort(new CodedError('OVERLOADED', message, { details: { retryAfterSeconds: 5 } }));
  }
}
