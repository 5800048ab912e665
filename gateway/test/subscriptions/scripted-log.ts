import type {
  EventLog,
  LogEvent,
  LogRecord,
  ReadRequest,
  Tail,
  TailOptions,
  TopicPosition,
} from '@tributary/engines/event-log';

/**
 * A log whose tail lags behind by as many turns as a random source says, with gaps between offsets and batches of any size: the
 * moments a real engine shows once a week, in milliseconds. Only what the hub calls.
 */
export class ScriptedLog
  implements Pick<EventLog, 'tail' | 'read' | 'end' | 'beginning' | 'identity' | 'topicIdentity'>
{
  readonly topic: string;
  readonly #partitions: LogRecord[][];
  readonly #ends: number[];
  readonly #random: () => number;
  /** What retention left, by partition; set by a test. */
  readonly beginnings: number[];
  /** What each reader is still to be told, in this order. */
  readonly #tails = new Set<(LogRecord | 'moved')[]>();
  #clockMs = 0;
  #madeAnew = 0;

  constructor(topic: string, partitions: number, random: () => number) {
    this.topic = topic;
    this.#partitions = Array.from({ length: partitions }, () => []);
    this.#ends = this.#partitions.map(() => 0);
    this.#random = random;
    this.beginnings = this.#partitions.map(() => 0);
  }

  add(partition: number, event: LogEvent): LogRecord {
    // Kafka leaves gaps where transactions ended, and times may be equal.
    const offset = (this.#ends[partition] ?? 0) + (this.#random() < 0.2 ? 2 : 0);
    this.#clockMs += this.#random() < 0.5 ? 1 : 0;
    const record = { topic: this.topic, partition, offset, timestampMs: this.#clockMs, event };
    this.#partitions[partition]?.push(record);
    this.#ends[partition] = offset + 1 + (this.#random() < 0.1 ? 1 : 0);
    for (const queue of this.#tails) queue.push(record);
    return record;
  }

  /** As an operator's tool does: deletes the topic and makes another one of its name. */
  makeAnew(): void {
    this.#madeAnew += 1;
    for (const [partition, records] of this.#partitions.entries()) {
      records.length = 0;
      this.#ends[partition] = 0;
      this.beginnings[partition] = 0;
    }
    for (const queue of this.#tails) queue.push('moved');
  }

  async read({ partition, fromOffset, limit }: ReadRequest): Promise<readonly LogRecord[]> {
    await this.turns();
    return (this.#partitions[partition] ?? []).filter(({ offset }) => offset >= fromOffset).slice(0, limit);
  }

  async identity(): Promise<string> {
    return 'scripted';
  }

  async topicIdentity(): Promise<string> {
    return `made anew ${this.#madeAnew} times`;
  }

  async end(): Promise<TopicPosition> {
    return [...this.#ends];
  }

  async beginning(): Promise<TopicPosition> {
    return [...this.beginnings];
  }

  async tail({ onRecords, onMoved }: TailOptions): Promise<Tail> {
    let isOpen = true;
    const startedAt = { [this.topic]: [...this.#ends] };
    const queue: (LogRecord | 'moved')[] = [];
    // One reader may be far behind another.
    const pace = 1 + Math.floor(this.#random() * 12);
    this.#tails.add(queue);
    const follow = async (): Promise<void> => {
      while (isOpen) {
        for (let left = pace; left > 0; left -= 1) await this.turns();
        if (queue[0] === 'moved') {
          queue.shift();
          await onMoved?.(this.topic, [...this.beginnings]);
        }
        const most = queue.indexOf('moved') === -1 ? queue.length : queue.indexOf('moved');
        const batch = queue
          .splice(0, Math.min(most, 1 + Math.floor(this.#random() * 5)))
          .filter((each) => each !== 'moved');
        if (batch.length > 0) await onRecords(this.#random() < 0.1 ? [...batch, ...batch] : batch);
      }
    };
    void follow();
    return {
      startedAt,
      [Symbol.asyncDispose]: async () => {
        isOpen = false;
      },
    };
  }

  /** A random, small number of turns of the event loop. */
  async turns(): Promise<void> {
    for (let left = Math.floor(this.#random() * 3); left >= 0; left -= 1)
      await new Promise((resolve) => setImmediate(resolve));
  }
}
