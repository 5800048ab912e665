import type { Relational } from '@tributary/engines/relational';
import { type Clock, CodedError } from '@tributary/runtime';
import { enqueueRuns, type HandedRequest, isOneStatement } from './enqueue.ts';
import { queueLimits } from './limits.ts';
import type { EnqueuedRun, EnqueueRequest } from './run.ts';
import { eventFrame } from './run-events.ts';

interface Waiting {
  readonly requests: readonly HandedRequest[];
  readonly resolve: (runs: readonly EnqueuedRun[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Enqueues in transactions of their own what many callers ask for at the same time: what comes while a statement is under way goes into the next one. Alone a
 * request is written at once; under load hundreds share a round trip and a flush of the server's log.
 */
export class EnqueuedTogether {
  readonly #parts: { readonly relational: Relational; readonly clock: Clock };
  #waiting: Waiting[] = [];
  #writing = false;

  constructor(parts: { readonly relational: Relational; readonly clock: Clock }) {
    this.#parts = parts;
  }

  /** @throws CodedError see `enqueueRuns` */
  async enqueue(requests: readonly EnqueueRequest[]): Promise<readonly EnqueuedRun[]> {
    const { relational } = this.#parts;
    if (!isOneStatement(requests))
      return relational.transaction((tx) => enqueueRuns(tx, requests, this.#parts));
    return new Promise((resolve, reject) => {
      // Who writes it acts for the first of many: each keeps its own trace.
      const [, attributes] = eventFrame(this.#parts.clock);
      const handed = requests.map((request) => ({ ...request, attributes }));
      this.#waiting.push({ requests: handed, resolve, reject });
      if (!this.#writing) void this.#writeAll();
    });
  }

  async #writeAll(): Promise<void> {
    this.#writing = true;
    while (this.#waiting.length > 0) await this.#write(this.#next());
    this.#writing = false;
  }

  /** As many as one statement takes, the first at least. */
  #next(): readonly Waiting[] {
    let count = 0;
    let size = 0;
    for (const { requests } of this.#waiting) {
      if (count > 0 && size + requests.length > queueLimits.batch) break;
      size += requests.length;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  async #write(batch: readonly Waiting[]): Promise<void> {
    const { relational } = this.#parts;
    try {
      const runs = await enqueueRuns(
        relational,
        batch.flatMap(({ requests }) => requests),
        this.#parts,
      );
      let at = 0;
      for (const { requests, resolve } of batch) {
        resolve(runs.slice(at, at + requests.length));
        at += requests.length;
      }
    } catch (error) {
      // One of them is refused, and none was written: each gets an answer of its own.
      const [only] = batch;
      if (batch.length === 1) only?.reject(error);
      else if (error instanceof CodedError) for (const each of batch) await this.#write([each]);
      else for (const { reject } of batch) reject(error);
    }
  }
}
