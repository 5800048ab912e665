import type { ClaimedRun, JobQueue } from '@tributary/job-queue';
import type { Clock, Logger } from '@tributary/runtime';

/** Why the work on a run is to stop. */
export type StopReason = 'CANCELLED' | 'TIME_LIMIT' | 'LEASE_LOST' | 'STOPPING';

export interface HeldRun {
  readonly run: ClaimedRun;
  readonly signal: AbortSignal;
  stopReason(): StopReason | undefined;
}

interface Entry {
  readonly run: ClaimedRun;
  readonly controller: AbortController;
  readonly timeLimit: NodeJS.Timeout;
  reason: StopReason | undefined;
  /** When the lease ends at the latest as this process knows it, in its monotonic time. */
  heldUntilMs: number;
}

export interface HeldRunsParts {
  readonly queue: JobQueue;
  readonly clock: Clock;
  readonly log: Logger;
  readonly leaseMs: number;
}

/**
 * The runs of this runner: keeps their leases, and stops work on those that are cancelled, whose time is up, or whose lease is lost,
 * also when the database is away so long that it must have ended.
 */
export class HeldRuns implements Disposable {
  readonly #parts: HeldRunsParts;
  readonly #entries = new Map<string, Entry>();
  readonly #beating: NodeJS.Timeout;
  #isBeating = false;

  constructor(parts: HeldRunsParts) {
    this.#parts = parts;
    this.#beating = setInterval(() => void this.beat(), parts.leaseMs / 3);
  }

  get size(): number {
    return this.#entries.size;
  }

  hold(run: ClaimedRun, claimedAtMs: number): HeldRun {
    const controller = new AbortController();
    const heldUntilMs = claimedAtMs + this.#parts.leaseMs;
    const timeLimit = setTimeout(() => this.#stop(run.id, 'TIME_LIMIT'), run.timeLimitMs);
    const entry: Entry = { run, controller, timeLimit, reason: undefined, heldUntilMs };
    this.#entries.set(run.id, entry);
    return { run, signal: controller.signal, stopReason: () => entry.reason };
  }

  letGo(run: ClaimedRun): void {
    const entry = this.#entries.get(run.id);
    // The same run may have been claimed anew meanwhile, under another token.
    if (entry === undefined || entry.run.lease.token !== run.lease.token) return;
    clearTimeout(entry.timeLimit);
    this.#entries.delete(run.id);
  }

  cancel(runId: string): void {
    this.#stop(runId, 'CANCELLED');
  }

  stopAll(): void {
    for (const id of this.#entries.keys()) this.#stop(id, 'STOPPING');
  }

  /** Renews all leases in one statement. Never rejects. */
  async beat(): Promise<void> {
    if (this.#isBeating || this.#entries.size === 0) return;
    this.#isBeating = true;
    const { queue, clock, log, leaseMs } = this.#parts;
    const beating = [...this.#entries.values()];
    const askedAtMs = clock.monotonicMs();
    try {
      const answers = await queue.heartbeat(
        beating.map(({ run }) => run.lease),
        leaseMs,
      );
      const known = new Map(answers.map((answer) => [answer.id, answer]));
      for (const entry of beating) {
        const answer = known.get(entry.run.id);
        if (answer === undefined) this.#stop(entry.run.id, 'LEASE_LOST');
        else if (answer.cancelRequested) this.#stop(entry.run.id, 'CANCELLED');
        if (answer !== undefined) entry.heldUntilMs = askedAtMs + leaseMs;
      }
    } catch (err) {
      log.warn({ err, count: beating.length }, 'leases could not be renewed; trying again');
      for (const entry of beating)
        if (entry.heldUntilMs <= clock.monotonicMs()) this.#stop(entry.run.id, 'LEASE_LOST');
    } finally {
      this.#isBeating = false;
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#beating);
    for (const { timeLimit } of this.#entries.values()) clearTimeout(timeLimit);
  }

  #stop(runId: string, reason: StopReason): void {
    const entry = this.#entries.get(runId);
    if (entry === undefined || entry.reason !== undefined) return;
    entry.reason = reason;
    entry.controller.abort();
  }
}
