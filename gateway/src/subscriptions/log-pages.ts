import type { EventLog, LogRecord, TopicPosition } from '@tributary/engines/event-log';
import { later } from './log-position.ts';

export interface LogPage {
  /** In order per partition, merged over partitions by the time the log took them. */
  readonly records: readonly LogRecord[];
  /** Everything before this position has been handed out. */
  readonly through: TopicPosition;
}

export interface LogPagesRequest {
  readonly topic: string;
  readonly from: TopicPosition;
  /** Records at or after it are left to the tail. */
  readonly until: TopicPosition;
  /** Records per partition and read, at most. */
  readonly pageSize: number;
}

/** A read grows towards `pageSize` while what it brings stays below this; as JSON. */
const readBytes = 512 * 1024;
const firstRead = 16;

/** Reads what lies between two positions of a topic, a bounded page at a time; the reader asks for the next when it is ready. */
export class LogPages {
  readonly #log: Pick<EventLog, 'read'>;
  readonly #request: LogPagesRequest;
  readonly #fetched: LogRecord[][];
  /** Where the next read of each partition starts. */
  readonly #readFrom: number[];
  #handedOut: number[];
  /** Of the next read. How large records are is known only after some have been read. */
  #limit: number;

  constructor(log: Pick<EventLog, 'read'>, request: LogPagesRequest) {
    this.#log = log;
    this.#request = request;
    this.#limit = Math.min(firstRead, request.pageSize);
    this.#fetched = request.from.map(() => []);
    this.#readFrom = [...request.from];
    this.#handedOut = [...request.from];
  }

  /** @throws CodedError CURSOR_EXPIRED when the log no longer has what is asked for. */
  async next(): Promise<LogPage> {
    for (const partition of this.#fetched.keys()) await this.#fill(partition);
    const records: LogRecord[] = [];
    while (records.length < this.#request.pageSize && this.#isMergeable()) {
      const oldest = this.#oldestHead();
      if (oldest === undefined) break;
      this.#fetched[oldest.partition]?.shift();
      this.#handedOut[oldest.partition] = oldest.offset + 1;
      records.push(oldest);
    }
    for (const [partition, fetched] of this.#fetched.entries()) {
      if (fetched.length === 0 && this.#isExhausted(partition))
        this.#handedOut[partition] = this.#readFrom[partition] ?? 0;
    }
    this.#handedOut = later(this.#handedOut, this.#request.from);
    return { records, through: [...this.#handedOut] };
  }

  async #fill(partition: number): Promise<void> {
    const fetched = this.#fetched[partition];
    const fromOffset = this.#readFrom[partition] ?? 0;
    const untilOffset = this.#request.until[partition] ?? 0;
    if (fetched === undefined || fetched.length > 0 || fromOffset >= untilOffset) return;
    const { topic } = this.#request;
    const read = await this.#log.read({ topic, partition, fromOffset, limit: this.#limit });
    this.#learnSize(read);
    const wanted = read.filter((record) => record.offset < untilOffset);
    fetched.push(...wanted);
    // An empty read, or one that went past the end, leaves only a gap without records before `until`.
    const last = wanted.length === read.length ? wanted.at(-1) : undefined;
    this.#readFrom[partition] = last === undefined ? untilOffset : last.offset + 1;
  }

  #learnSize(read: readonly LogRecord[]): void {
    if (read.length === 0) return;
    const sizeBytes = read.reduce((sum, { event }) => sum + Buffer.byteLength(JSON.stringify(event)), 0);
    const fitting = Math.floor((readBytes * read.length) / sizeBytes);
    this.#limit = Math.max(1, Math.min(fitting, this.#limit * 4, this.#request.pageSize));
  }

  #isExhausted(partition: number): boolean {
    return (this.#readFrom[partition] ?? 0) >= (this.#request.until[partition] ?? 0);
  }

  /** Merging by time needs the next record of every partition that has one. */
  #isMergeable(): boolean {
    return this.#fetched.every((fetched, partition) => fetched.length > 0 || this.#isExhausted(partition));
  }

  #oldestHead(): LogRecord | undefined {
    let oldest: LogRecord | undefined;
    for (const [head] of this.#fetched) {
      if (head !== undefined && (oldest === undefined || head.timestampMs < oldest.timestampMs))
        oldest = head;
    }
    return oldest;
  }
}
