import { setTimeout as delay } from 'node:timers/promises';
import type { Relational } from '@tributary/engines/relational';
import type { Logger } from '@tributary/runtime';

const readyChannel = 'jobs_ready';
const cancelChannel = 'jobs_cancel';
/** Between two wake-ups of other processes. */
const gapMs = 5;

/**
 * Tells runners that there is something to do: those of this process at once, others by NOTIFY. A NOTIFY inside the enqueueing
 * transaction would make all commits of the server queue for one lock, so it is sent afterwards, one for all enqueueings that ended while
 * the last one was under way. It is a hint that may get lost; runners also look by themselves.
 */
export class JobWake implements AsyncDisposable {
  readonly #relational: Relational;
  readonly #log: Logger;
  readonly #local = new Set<() => void>();
  #sending: Promise<void> | undefined;
  #again = false;

  constructor(relational: Relational, log: Logger) {
    this.#relational = relational;
    this.#log = log;
  }

  /** Call it after the commit. Never fails and never waits. */
  ring(): void {
    for (const wake of this.#local) wake();
    if (this.#sending === undefined) this.#sending = this.#send();
    else this.#again = true;
  }

  /** Tells whoever works on these runs that they are to be cancelled; the next heartbeat says so as well. */
  async cancel(runIds: readonly string[]): Promise<void> {
    for (const id of runIds)
      await this.#relational.query('SELECT pg_notify($1, $2)', [cancelChannel, id]).catch((err: unknown) => {
        this.#log.debug({ err }, 'a cancel was not announced; the heartbeat tells');
      });
  }

  async listen(handlers: {
    readonly onReady: () => void;
    readonly onCancel: (runId: string) => void;
  }): Promise<AsyncDisposable> {
    this.#local.add(handlers.onReady);
    const ready = await this.#relational.listen(readyChannel, handlers.onReady);
    const cancel = await this.#relational.listen(cancelChannel, handlers.onCancel);
    return {
      [Symbol.asyncDispose]: async () => {
        this.#local.delete(handlers.onReady);
        await ready[Symbol.asyncDispose]();
        await cancel[Symbol.asyncDispose]();
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sending;
  }

  async #send(): Promise<void> {
    do {
      this.#again = false;
      try {
        await this.#relational.query(`SELECT pg_notify($1, '')`, [readyChannel], 'jobs_notify');
      } catch (err) {
        this.#log.debug({ err }, 'a wake-up was not sent; runners find out by looking');
      }
      // The first of many goes at once, the others together: a runner that was woken claims until nothing is left.
      if (this.#again) await delay(gapMs);
    } while (this.#again);
    this.#sending = undefined;
  }
}
