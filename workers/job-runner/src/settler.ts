import type { Completion, FailedRun, JobQueue, Lease, PostponedRun, RunSummary } from '@tributary/job-queue';
import type { Logger } from '@tributary/runtime';
import { EndsLine } from './ends-line.ts';

export interface SettlerParts {
  readonly queue: JobQueue;
  readonly log: Logger;
  /** Whether a lease is still held: an end that could not be written is tried again as long as it is. */
  readonly holds: (lease: Lease) => boolean;
  /** Told after each write. */
  readonly onSettled: () => void;
}

/**
 * Writes how runs ended: alone a run is written at once, and under load hundreds share a transaction. What the database does not take for a moment, or somebody
 * has locked, is tried again while the leases are held, since it costs the runs their work; a write that came through, and whose answer was lost, finds them
 * ended. Otherwise the leases end, and the runs with them.
 */
export class Settler {
  readonly #completions: EndsLine<Completion>;
  readonly #failed: EndsLine<FailedRun>;
  readonly #postponed: EndsLine<PostponedRun>;
  readonly #cancelled: EndsLine<Lease>;
  readonly #released: EndsLine<Lease>;

  constructor({ queue, ...parts }: SettlerParts) {
    const line = <End>(
      leaseOf: (end: End) => Lease,
      write: (ends: readonly End[]) => Promise<readonly RunSummary[]>,
    ): EndsLine<End> => new EndsLine({ ...parts, leaseOf, write, held: (leases) => queue.held(leases) });
    const itself = (lease: Lease): Lease => lease;
    this.#completions = line(
      ({ lease }) => lease,
      (ends) => queue.succeed(ends),
    );
    this.#failed = line(
      ({ run }) => run.lease,
      (ends) => queue.fail(ends),
    );
    this.#postponed = line(
      ({ lease }) => lease,
      (ends) => queue.postpone(ends),
    );
    this.#cancelled = line(itself, (ends) => queue.endCancelled(ends));
    this.#released = line(itself, (ends) => queue.release(ends));
  }

  /** Each of these resolves when the run's own end is written, or given up. */
  succeed(completion: Completion): Promise<void> {
    return this.#completions.add(completion);
  }

  fail(failed: FailedRun): Promise<void> {
    return this.#failed.add(failed);
  }

  postpone(postponed: PostponedRun): Promise<void> {
    return this.#postponed.add(postponed);
  }

  cancelled(lease: Lease): Promise<void> {
    return this.#cancelled.add(lease);
  }

  release(lease: Lease): Promise<void> {
    return this.#released.add(lease);
  }

  /** From now on each end is tried once: who stops does not wait for a database that is away. */
  lastTries(): void {
    for (const line of [this.#completions, this.#failed, this.#postponed, this.#cancelled, this.#released])
      line.lastTries();
  }
}
