import { setTimeout as delay } from 'node:timers/promises';
import type { Completion, FailedRun, JobQueue, Lease, PostponedRun } from '@tributary/job-queue';
import { CodedError, type Logger } from '@tributary/runtime';

export interface SettlerParts {
  readonly queue: JobQueue;
  readonly log: Logger;
  /** Whether a lease is still held: an end that could not be written is tried again as long as it is. */
  readonly holds: (lease: Lease) => boolean;
  /** Told after each batch. */
  readonly onSettled: () => void;
}

interface Ends {
  readonly completions: Completion;
  readonly failed: FailedRun;
  readonly postponed: PostponedRun;
  readonly cancelled: Lease;
  readonly released: Lease;
}

type Waiting = { readonly [Kind in keyof Ends]: Ends[Kind][] };

const batchSize = 500;
/** Between two tries of what the database did not take. */
const againMs = 500;

/**
 * Writes how runs ended. What ends while a write is under way goes into the next one: alone a run is written at once, and under load
 * hundreds share a transaction. What the database does not take for a moment is tried again while the leases are held, since it costs the runs
 * their work; a write that came through, and whose answer was lost, finds them ended. Otherwise the leases end, and the runs with them.
 */
export class Settler {
  readonly #parts: SettlerParts;
  #waiting: Waiting = empty();
  #count = 0;
  #isLast = false;
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

  /** From now on each end is tried once: who stops does not wait for a database that is away. */
  lastTries(): void {
    this.#isLast = true;
  }

  /** Resolves when everything handed in so far is written, or given up. */
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
      this.#waiting = empty();
      this.#count = 0;
      const left = await this.#write(batch);
      this.#parts.onSettled();
      if (left > 0 && !this.#isLast) await delay(againMs);
    }
    this.#writing = undefined;
  }

  /** Answers how many are to be tried again. */
  async #write({ completions, failed, postponed, cancelled, released }: Waiting): Promise<number> {
    const { queue } = this.#parts;
    let left = await this.#writeParts('completions', completions, (ends) => queue.succeed(ends));
    left += await this.#writeParts('failed', failed, (ends) => queue.fail(ends));
    left += await this.#writeParts('postponed', postponed, (ends) => queue.postpone(ends));
    left += await this.#writeParts('cancelled', cancelled, (ends) => queue.endCancelled(ends));
    return left + (await this.#writeParts('released', released, (ends) => queue.release(ends)));
  }

  async #writeParts<Kind extends keyof Ends>(
    kind: Kind,
    ends: readonly Ends[Kind][],
    write: (ends: readonly Ends[Kind][]) => Promise<unknown>,
  ): Promise<number> {
    const { log, holds } = this.#parts;
    let left = 0;
    for (let at = 0; at < ends.length; at += batchSize) {
      const part = ends.slice(at, at + batchSize);
      try {
        await write(part);
      } catch (err) {
        const isWorthIt = err instanceof CodedError && err.retryable && !this.#isLast;
        const again = isWorthIt ? part.filter((end) => holds(leaseOf(end))) : [];
        this.#waiting[kind].push(...again);
        this.#count += again.length;
        left += again.length;
        const count = part.length - again.length;
        if (count > 0) log.error({ err, count }, 'ends of runs could not be written; their leases run out');
        else log.warn({ err, count: again.length }, 'ends of runs could not be written; trying again');
      }
    }
    return left;
  }
}

function leaseOf(end: Ends[keyof Ends]): Lease {
  if ('run' in end) return end.run.lease;
  return 'lease' in end ? end.lease : end;
}

function empty(): Waiting {
  return { completions: [], failed: [], postponed: [], cancelled: [], released: [] };
}
