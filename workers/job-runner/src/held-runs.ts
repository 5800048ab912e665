import { type ClaimedRun, type JobQueue, type Lease, noRightsLeft } from '@tributary/job-queue';
import type { Clock, Logger } from '@tributary/runtime';
import { RightsOfRuns } from './rights-of-runs.ts';

/** Why the work on a run is to stop. */
export type StopReason = 'CANCELLED' | 'TIME_LIMIT' | 'LEASE_LOST' | 'RIGHTS_LOST' | 'STOPPING';

export interface HeldRun {
  readonly run: ClaimedRun;
  readonly signal: AbortSignal;
  stopReason(): StopReason | undefined;
  /** What would stop the work from now on comes too late: it ended as it did, and is not done again. */
  workEnded(): void;
  /**
   * The run with the rights that whoever it acts for has at this moment: ask before everything it does. When they have none, the work is to stop.
   * @throws CodedError FORBIDDEN then; ENGINE_UNAVAILABLE when they cannot be looked up
   */
  acting(): Promise<ClaimedRun>;
}

interface Entry {
  readonly run: ClaimedRun;
  readonly controller: AbortController;
  reason: StopReason | undefined;
  hasEnded: boolean;
  /** When its time is up, by the monotonic time of the clock. */
  readonly endsAtMs: number;
  /** When the lease ends at the latest as this process knows it, by the same time. */
  heldUntilMs: number;
}

export interface HeldRunsParts {
  readonly queue: JobQueue;
  readonly clock: Clock;
  readonly log: Logger;
  readonly leaseMs: number;
}

/** How far beyond its limit a run may go at most, and what looking costs: a walk over a few hundred entries. */
const lookEveryMs = 50;

/**
 * The runs of this runner: keeps their leases, and stops work on those that are cancelled, whose time is up, whose lease is lost, also when the database is
 * away or says nothing so long that it must end, or whose people have no rights left.
 */
export class HeldRuns implements Disposable {
  readonly #parts: HeldRunsParts;
  readonly #entries = new Map<string, Entry>();
  readonly #beating: NodeJS.Timeout;
  readonly #watch: NodeJS.Timeout;
  readonly #rights: RightsOfRuns;
  #isBeating = false;
  #soon: NodeJS.Timeout | undefined;

  constructor(parts: HeldRunsParts) {
    this.#parts = parts;
    this.#rights = new RightsOfRuns(parts);
    this.#beating = setInterval(() => void this.beat(), parts.leaseMs / 3);
    // Looked at rather than waited for, as the batch engine does it: the clock is the caller's, and need not be the machine's.
    this.#watch = setInterval(() => this.#look(), lookEveryMs);
  }

  get size(): number {
    return this.#entries.size;
  }

  hold(run: ClaimedRun, claimedAtMs: number): HeldRun {
    const controller = new AbortController();
    const heldUntilMs = claimedAtMs + this.#parts.leaseMs;
    const endsAtMs = this.#parts.clock.monotonicMs() + run.timeLimitMs;
    const before = this.#entries.get(run.id);
    // Claimed anew: whoever works on it under the token before has lost it.
    if (before !== undefined) this.#stop(before, 'LEASE_LOST');
    const entry: Entry = { run, controller, reason: undefined, hasEnded: false, endsAtMs, heldUntilMs };
    this.#entries.set(run.id, entry);
    const acting = () => this.#acting(entry);
    const workEnded = (): void => {
      entry.hasEnded = true;
    };
    return { run, signal: controller.signal, stopReason: () => entry.reason, workEnded, acting };
  }

  letGo(run: ClaimedRun): void {
    const entry = this.#entries.get(run.id);
    // The same run may have been claimed anew meanwhile, under another token.
    if (entry === undefined || entry.run.lease.token !== run.lease.token) return;
    this.#entries.delete(run.id);
  }

  /** Whether the lease is still held, as far as this process knows. */
  holds({ id, token }: Lease): boolean {
    const entry = this.#entries.get(id);
    return entry?.run.lease.token === token && entry.heldUntilMs > this.#parts.clock.monotonicMs();
  }

  cancel(runId: string): void {
    const entry = this.#entries.get(runId);
    if (entry !== undefined) this.#stop(entry, 'CANCELLED');
  }

  stopAll(): void {
    for (const entry of this.#entries.values()) this.#stop(entry, 'STOPPING');
  }

  /** Renews all leases in one statement. Never rejects. */
  async beat(): Promise<void> {
    if (this.#isBeating || this.#entries.size === 0) return;
    this.#isBeating = true;
    const beating = [...this.#entries.values()];
    try {
      await this.#renew(beating);
    } finally {
      this.#isBeating = false;
    }
    // Also of runs that ask for nothing. What cannot be looked up now is looked up at the next beat, or when the run asks for something.
    await Promise.allSettled(beating.map((entry) => this.#acting(entry)));
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#soon);
    clearInterval(this.#beating);
    clearInterval(this.#watch);
  }

  /** Never rejects. What somebody had locked at that moment is asked for again soon: another try or two may meet a lock as well. */
  async #renew(beating: readonly Entry[]): Promise<void> {
    const { queue, clock, log, leaseMs } = this.#parts;
    const askedAtMs = clock.monotonicMs();
    try {
      const leases = beating.map(({ run }) => run.lease);
      const answers = await queue.heartbeat(leases, leaseMs);
      const known = new Map(answers.map((answer) => [answer.id, answer]));
      for (const entry of beating) {
        const answer = known.get(entry.run.id);
        if (answer === undefined) this.#stop(entry, 'LEASE_LOST');
        else if (answer.cancelRequested) this.#stop(entry, 'CANCELLED');
        if (answer === undefined) entry.heldUntilMs = askedAtMs;
        else if (answer.isRenewed) entry.heldUntilMs = Math.max(entry.heldUntilMs, askedAtMs + leaseMs);
      }
      const locked = beating.filter(({ run }) => known.get(run.id)?.isRenewed === false);
      clearTimeout(this.#soon);
      if (locked.length > 0) this.#soon = setTimeout(() => void this.#renewAgain(locked), leaseMs / 30);
    } catch (err) {
      log.warn({ err, count: beating.length }, 'leases could not be renewed; trying again');
    }
  }

  async #renewAgain(locked: readonly Entry[]): Promise<void> {
    const left = locked.filter((entry) => this.#entries.get(entry.run.id) === entry);
    // A beat that is under way asks for these as well.
    if (!this.#isBeating && left.length > 0) await this.#renew(left);
  }

  async #acting(entry: Entry): Promise<ClaimedRun> {
    const { run } = entry;
    const principal = await this.#rights.of(run);
    if (principal !== undefined) return { ...run, principal };
    this.#stop(entry, 'RIGHTS_LOST');
    throw noRightsLeft();
  }

  #look(): void {
    const nowMs = this.#parts.clock.monotonicMs();
    for (const entry of this.#entries.values()) {
      if (nowMs >= entry.endsAtMs) this.#stop(entry, 'TIME_LIMIT');
      // By the next look it may be over, and the run somebody else's.
      else if (nowMs + lookEveryMs >= entry.heldUntilMs) this.#stop(entry, 'LEASE_LOST');
    }
  }

  /** By the entry and not by the run: that may be held anew meanwhile, under another token. */
  #stop(entry: Entry, reason: StopReason): void {
    if (entry.hasEnded || entry.reason !== undefined) return;
    entry.reason = reason;
    entry.controller.abort();
  }
}
