import type { Completion, FailedRun, JobQueue, Lease, PostponedRun } from '@tributary/job-queue';
import type { Logger } from '@tributary/runtime';

export interface SettlerParts {
  readonly queue: JobQueue;
  readonly log: Logger;
  /** Told after each batch. */
  readonly onSettled: () => void;
}

interface Waiting {
  readonly completions: Completion[];
  readonly failed: FailedRun[];
  readonly postponed: PostponedRun[];
  readonly cancelled: Lease[];
  readonly released: Lease[];
}

const batchSize = 500;

/**
 * Writes how runs ended. What ends while a write is under way goes into the next one: alone a run is written at once, and under load
 * hundreds share a transaction. A write that fails is not tried again here: the leases end, and the runs with them.
 */
export class Settler {
  readonly #parts: SettlerParts;
  #waiting: Waiting = empty();
  #count = 0;
  #writing: Promise<void> | undefined;

  constructor(parts: SettlerParts) {
    this.#parts = parts;
  }

  succeed(completion: Completion): Promise<void> {
    this.#waiting.completions.push(completion);
    return this.#soon();
  }

  fail(failed: FailedRun): Promise<void> {
    this.#waiting.failed.push(failed);
    return this.#soon();
  }

  postpone(postponed: PostponedRun): Promise<void> {
    this.#waiting.postponed.push(postponed);
    return this.#soon();
  }

  cancelled(lease: Lease): Promise<void> {
    this.#waiting.cancelled.push(lease);
    return this.#soon();
  }

  release(lease: Lease): Promise<void> {
    this.#waiting.released.push(lease);
    return this.#soon();
  }

  /** Resolves when everything handed in so far is written. */
  #soon(): Promise<void> {
    this.#count += 1;
    this.#writing ??= this.#writeAll();
    return this.#writing;
  }

  async #writeAll(): Promise<void> {
    // What the same turn of the event loop ends belongs together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#count > 0) {
      const batch = this.#waiting;
      const count = this.#count;
      this.#waiting = empty();
      this.#count = 0;
      try {
        await this.#write(batch);
      } catch (err) {
        this.#parts.log.error({ err, count }, 'ends of runs could not be written; their leases run out');
      }
      this.#parts.onSettled();
    }
    this.#writing = undefined;
  }

  async #write({ completions, failed, postponed, cancelled, released }: Waiting): Promise<void> {
    const { queue } = this.#parts;
    for (let at = 0; at < completions.length; at += batchSize)
      await queue.succeed(completions.slice(at, at + batchSize));
    for (let at = 0; at < failed.length; at += batchSize) await queue.fail(failed.slice(at, at + batchSize));
    if (postponed.length > 0) await queue.postpone(postponed);
    if (cancelled.length > 0) await queue.endCancelled(cancelled);
    if (released.length > 0) await queue.release(released);
  }
}

function empty(): Waiting {
  return { completions: [], failed: [], postponed: [], cancelled: [], released: [] };
}
