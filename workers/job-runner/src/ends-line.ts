import { setTimeout as delay } from 'node:timers/promises';
import type { Lease, RunSummary } from '@tributary/job-queue';
import { CodedError, type ErrorCode, type Logger } from '@tributary/runtime';

export interface EndsLineParts<End> {
  readonly leaseOf: (end: End) => Lease;
  /** Answers the runs that it ended; what is missing is nobody's of ours any more, or locked by somebody. */
  readonly write: (ends: readonly End[]) => Promise<readonly RunSummary[]>;
  /** Which of these the database takes for held. */
  readonly held: (leases: readonly Lease[]) => Promise<ReadonlySet<string>>;
  /** Whether a lease is still held as far as this process knows: an end that could not be written is tried again as long as it is. */
  readonly holds: (lease: Lease) => boolean;
  readonly log: Logger;
  /** Told after each write. */
  readonly onSettled: () => void;
}

interface Waiting<End> {
  readonly end: End;
  readonly isDone: () => void;
}

const batchSize = 500;
/** Between two tries of what the database did not take. */
const againMs = 500;
/** Of what is written alone, at the same time. */
const aloneAtOnce = 2;

/** Faults of the database and not of what was to be written: whatever else is written meets them too. */
const ofTheServer: ReadonlySet<ErrorCode> = new Set(['ENGINE_UNAVAILABLE', 'INSUFFICIENT_STORAGE']);

/**
 * Ends of one kind on their way into the database, each settled by itself: nobody's place is kept by what becomes of another's end. What comes while a write is
 * under way goes into the next one. Of a write that fails, and not because the server does, each end is written alone and beside the others.
 */
export class EndsLine<End> {
  readonly #parts: EndsLineParts<End>;
  #waiting: Waiting<End>[] = [];
  readonly #alone: Waiting<End>[] = [];
  #isWriting = false;
  #writingAlone = 0;
  #isLast = false;

  constructor(parts: EndsLineParts<End>) {
    this.#parts = parts;
  }

  /** Resolves when it is written, or given up. */
  add(end: End): Promise<void> {
    return new Promise((resolve) => this.#push([{ end, isDone: resolve }]));
  }

  /** From now on each end is tried once. */
  lastTries(): void {
    this.#isLast = true;
  }

  #push(more: readonly Waiting<End>[]): void {
    this.#waiting.push(...more);
    if (this.#isWriting) return;
    this.#isWriting = true;
    void this.#writeAll();
  }

  async #writeAll(): Promise<void> {
    // What the same turn of the event loop ends belongs together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const part = this.#waiting.slice(0, batchSize);
      this.#waiting = this.#waiting.slice(batchSize);
      await this.#write(part, (left) => this.#push(left));
    }
    this.#isWriting = false;
  }

  #pushAlone(more: readonly Waiting<End>[]): void {
    this.#alone.push(...more);
    while (this.#writingAlone < aloneAtOnce && this.#writingAlone < this.#alone.length) {
      this.#writingAlone += 1;
      void this.#writeAlone();
    }
  }

  async #writeAlone(): Promise<void> {
    for (let next = this.#alone.shift(); next !== undefined; next = this.#alone.shift())
      await this.#write([next], (left) => this.#pushAlone(left));
    this.#writingAlone -= 1;
  }

  /** Never rejects. `again` takes what is to be tried once more. */
  async #write(part: readonly Waiting<End>[], again: (left: readonly Waiting<End>[]) => void): Promise<void> {
    const { write, held, leaseOf, onSettled } = this.#parts;
    try {
      const written = new Set((await write(part.map(({ end }) => end))).map(({ id }) => id));
      const missing = part.filter(({ end }) => !written.has(leaseOf(end).id));
      const locked = missing.length === 0 ? written : await held(missing.map(({ end }) => leaseOf(end)));
      this.#retry(
        missing.filter(({ end }) => locked.has(leaseOf(end).id)),
        again,
      );
      for (const { end, isDone } of part)
        if (written.has(leaseOf(end).id) || !locked.has(leaseOf(end).id)) isDone();
    } catch (err) {
      this.#failed(part, err, again);
    }
    onSettled();
  }

  #failed(part: readonly Waiting<End>[], err: unknown, again: (left: readonly Waiting<End>[]) => void): void {
    const { log } = this.#parts;
    const isServers = err instanceof CodedError && ofTheServer.has(err.code);
    if (part.length > 1 && !isServers) {
      log.warn(
        { err, count: part.length },
        'ends of runs could not be written together; each is written alone',
      );
      this.#pushAlone(part);
      return;
    }
    const isWorthIt = err instanceof CodedError && err.retryable;
    const left = this.#retry(part, isWorthIt ? again : undefined);
    const count = part.length - left;
    if (left > 0) log.warn({ err, count: left }, 'ends of runs could not be written; trying again');
    if (count > 0) log.error({ err, count }, 'ends of runs could not be written; their leases run out');
  }

  /** Answers how many are tried again: those whose lease is held, where there is an `again`. The others are given up. */
  #retry(
    part: readonly Waiting<End>[],
    again: ((left: readonly Waiting<End>[]) => void) | undefined,
  ): number {
    const { holds, leaseOf } = this.#parts;
    const left = this.#isLast || again === undefined ? [] : part.filter(({ end }) => holds(leaseOf(end)));
    const kept = new Set(left);
    for (const one of part) if (!kept.has(one)) one.isDone();
    if (left.length > 0) void delay(againMs).then(() => again?.(left));
    return left.length;
  }
}
