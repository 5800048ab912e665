import type { Relational } from '../relational/port.ts';

export const wakeChannel = 'outbox_committed';
/** A query that has a row while nobody needs to be woken. */
export const relayAwake = 'SELECT FROM outbox.relay_awake';

/** While awake, the relay is told to look this often. */
const lookEveryMs = 4;
/** It stays awake this long after the last event. */
const awakeForMs = 250;

/**
 * How the relay learns of commits: asleep it is woken by NOTIFY, awake it looks every few milliseconds and writers send nothing.
 * A writer that saw it awake and commits after it fell asleep wakes nobody; the relay's own slow poll finds that event.
 */
export class RelayWatch {
  readonly #relational: Relational;
  #awake = false;
  #lastSeenMs = 0;
  #looking: NodeJS.Timeout | undefined;
  #wake: (() => void) | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(relational: Relational) {
    this.#relational = relational;
  }

  async start(wake: () => void): Promise<AsyncDisposable> {
    // What a relay that was killed left behind would keep writers silent.
    await this.#fallAsleep();
    const listening = await this.#relational.listen(wakeChannel, wake);
    this.#wake = wake;
    return {
      [Symbol.asyncDispose]: async () => {
        this.#wake = undefined;
        await listening[Symbol.asyncDispose]();
        if (this.#awake) await this.#fallAsleep();
      },
    };
  }

  /** Told after each look whether something was there. */
  sawPending(something: boolean): void {
    if (this.#wake === undefined) return;
    const now = performance.now();
    if (something) this.#lastSeenMs = now;
    if (something && !this.#awake) this.#stayAwake();
    else if (!something && this.#awake && now - this.#lastSeenMs > awakeForMs) void this.#fallAsleep();
  }

  #stayAwake(): void {
    this.#awake = true;
    this.#looking = setInterval(() => this.#wake?.(), lookEveryMs);
    this.#looking.unref();
    void this.#write('INSERT INTO outbox.relay_awake DEFAULT VALUES ON CONFLICT DO NOTHING');
  }

  async #fallAsleep(): Promise<void> {
    this.#awake = false;
    clearInterval(this.#looking);
    await this.#write('DELETE FROM outbox.relay_awake');
    // Commits between the last look and now woke nobody: look once more.
    this.#wake?.();
  }

  /** One after the other, beside the relay's work. A flag that could not be written costs wake-ups, which the slow poll makes good. */
  #write(statement: string): Promise<void> {
    this.#writing = this.#writing.then(() =>
      this.#relational.query(statement).then(
        () => undefined,
        () => undefined,
      ),
    );
    return this.#writing;
  }
}
