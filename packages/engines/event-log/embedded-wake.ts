import type { Logger } from '@tributary/runtime';
import type { Relational } from '../relational/port.ts';

/** How long a reader sleeps at most: notifications are a hint that may get lost, this is the promise. */
const pollMs = 500;

/**
 * Wakes readers when something was appended: those of this process at once, those of others by NOTIFY.
 * NOTIFY inside the append's transaction would halve the throughput (it takes a lock of the whole server at commit), so it is sent
 * afterwards, one for all appends that ended while the last one was under way.
 */
export class Wake implements AsyncDisposable {
  readonly #relational: Relational;
  readonly #log: Logger;
  readonly #channel: string;
  readonly #sleepers = new Set<() => void>();
  #listening: Promise<AsyncDisposable> | undefined;
  #sending: Promise<void> | undefined;
  #again = false;

  constructor(relational: Relational, channel: string, log: Logger) {
    this.#relational = relational;
    this.#channel = channel;
    this.#log = log;
  }

  /** Resolves when signals of other processes are heard. */
  async listen(): Promise<void> {
    this.#listening ??= this.#relational.listen(this.#channel, () => this.#wakeHere());
    try {
      await this.#listening;
    } catch (error) {
      this.#listening = undefined;
      throw error;
    }
  }

  /** Never fails and never waits. */
  signal(): void {
    this.#wakeHere();
    if (this.#sending === undefined) this.#sending = this.#send();
    else this.#again = true;
  }

  /** A reader's alarm: set before it reads, so that what is appended meanwhile ends the next sleep at once. */
  alarm(): Alarm {
    return new Alarm(this.#sleepers);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sending;
    const listening = await this.#listening?.catch(() => undefined);
    await listening?.[Symbol.asyncDispose]();
  }

  #wakeHere(): void {
    for (const wake of this.#sleepers) wake();
  }

  async #send(): Promise<void> {
    do {
      this.#again = false;
      try {
        await this.#relational.query(`SELECT pg_notify($1, '')`, [this.#channel], 'event_log_notify');
      } catch (err) {
        this.#log.debug({ err }, 'a wake-up was not sent; readers find out by polling');
      }
    } while (this.#again);
    this.#sending = undefined;
  }
}

/** One reader's sleep. */
export class Alarm implements Disposable {
  readonly #sleepers: Set<() => void>;
  readonly #ring: () => void;
  #rung = false;
  #awake: (() => void) | undefined;

  constructor(sleepers: Set<() => void>) {
    this.#sleepers = sleepers;
    this.#ring = () => {
      this.#rung = true;
      this.#awake?.();
    };
    sleepers.add(this.#ring);
  }

  /** Forgets earlier rings: what they told of is read next. */
  set(): void {
    this.#rung = false;
  }

  ring(): void {
    this.#ring();
  }

  /** Sleeps until it rings, at most `limitMs`. */
  async sleep(limitMs = pollMs): Promise<void> {
    if (this.#rung) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, limitMs);
      this.#awake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#awake = undefined;
  }

  [Symbol.dispose](): void {
    this.#sleepers.delete(this.#ring);
    this.#ring();
  }
}
