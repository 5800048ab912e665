import { type Logger, newId } from '@tributary/runtime';
import type { Relational } from '../relational/port.ts';

/** How long a reader sleeps at most: notifications are a hint that may get lost, this is the promise. */
const pollMs = 500;

/**
 * Wakes readers of what was appended to: those of this process at once, those of others by NOTIFY, which says who sent it and which topics it is about.
 * NOTIFY inside the append's transaction would halve the throughput (it takes a lock of the whole server at commit), so it is sent
 * afterwards, one for all appends that ended while the last one was under way.
 */
export class Wake implements AsyncDisposable {
  readonly #relational: Relational;
  readonly #log: Logger;
  readonly #channel: string;
  readonly #sender = newId();
  readonly #sleepers = new Set<Sleeper>();
  #listening: Promise<AsyncDisposable> | undefined;
  #sending: Promise<void> | undefined;
  /** What the next notification is about: topics by id, or undefined for something else. */
  readonly #untold = new Set<number | undefined>();

  constructor(relational: Relational, channel: string, log: Logger) {
    this.#relational = relational;
    this.#channel = channel;
    this.#log = log;
  }

  /** Resolves when signals of other processes are heard. */
  async listen(): Promise<void> {
    this.#listening ??= this.#relational.listen(this.#channel, (payload) => this.#hear(payload));
    try {
      await this.#listening;
    } catch (error) {
      this.#listening = undefined;
      throw error;
    }
  }

  /** Never fails and never waits. @param topicId what it is about; all are woken when it is absent */
  signal(topicId?: number): void {
    this.#wakeHere(topicId);
    this.#untold.add(topicId);
    this.#sending ??= this.#send();
  }

  /** A reader's alarm: set before it reads, so that what is appended meanwhile ends the next sleep at once. @param topicIds what it reads; everything when absent */
  alarm(topicIds?: readonly number[]): Alarm {
    return new Alarm(this.#sleepers, topicIds);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sending;
    const listening = await this.#listening?.catch(() => undefined);
    await listening?.[Symbol.asyncDispose]();
  }

  #wakeHere(topicId: number | undefined): void {
    for (const { topicIds, ring } of this.#sleepers)
      if (topicId === undefined || topicIds?.has(topicId) !== false) ring();
  }

  #hear(payload: string): void {
    const [sender, topics = ''] = payload.split(' ');
    // Whoever reads here was woken when it was sent.
    if (sender === this.#sender) return;
    if (topics === '') this.#wakeHere(undefined);
    else for (const topicId of topics.split(',')) this.#wakeHere(Number(topicId));
  }

  async #send(): Promise<void> {
    while (this.#untold.size > 0) {
      const topics = this.#untold.has(undefined) ? '' : [...this.#untold].join(',');
      this.#untold.clear();
      try {
        const payload = `${this.#sender} ${topics}`;
        await this.#relational.query(
          'SELECT pg_notify($1, $2)',
          [this.#channel, payload],
          'event_log_notify',
        );
      } catch (err) {
        this.#log.debug({ err }, 'a wake-up was not sent; readers find out by polling');
      }
    }
    this.#sending = undefined;
  }
}

interface Sleeper {
  /** Undefined for all. */
  readonly topicIds: ReadonlySet<number> | undefined;
  readonly ring: () => void;
}

/** One reader's sleep. */
export class Alarm implements Disposable {
  readonly #sleepers: Set<Sleeper>;
  readonly #sleeper: Sleeper;
  #rung = false;
  #awake: (() => void) | undefined;

  constructor(sleepers: Set<Sleeper>, topicIds?: readonly number[]) {
    this.#sleepers = sleepers;
    this.#sleeper = {
      topicIds: topicIds && new Set(topicIds),
      ring: () => {
        this.#rung = true;
        this.#awake?.();
      },
    };
    sleepers.add(this.#sleeper);
  }

  /** Forgets earlier rings: what they told of is read next. */
  set(): void {
    this.#rung = false;
  }

  ring(): void {
    this.#sleeper.ring();
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
    this.#sleepers.delete(this.#sleeper);
    this.#sleeper.ring();
  }
}
