import type { LogRecord, TopicPosition } from '@tributary/engines/event-log';
import { isPast, reaches } from './log-position.ts';

export interface RecentBounds {
  readonly records: number;
  /** Of the records as JSON. */
  readonly bytes: number;
}

interface Kept {
  readonly record: LogRecord;
  readonly sizeBytes: number;
}

/**
 * The newest records of one topic, in the order this process saw them: a subscriber that was away for a moment is served from here
 * without reading the log. Bounded by count and by size; the oldest leave first, and one larger than the whole bound leaves at once.
 */
export class RecentRecords {
  readonly #bounds: RecentBounds;
  #kept: Kept[] = [];
  /** Index of the oldest in `#kept`; what lies before it has left. */
  #oldest = 0;
  #sizeBytes = 0;
  /** The position after the last record that left: what `after` can no longer answer. */
  readonly #from: number[];

  constructor(startedAt: TopicPosition, bounds: RecentBounds) {
    this.#from = [...startedAt];
    this.#bounds = bounds;
  }

  /** Answers the record's size as JSON, bytes. */
  push(record: LogRecord): number {
    const sizeBytes = record.sizeBytes ?? Buffer.byteLength(JSON.stringify(record.event));
    this.#kept.push({ record, sizeBytes });
    this.#sizeBytes += sizeBytes;
    const { records, bytes } = this.#bounds;
    while (this.#kept.length - this.#oldest > records || this.#sizeBytes > bytes) this.#dropOldest();
    return sizeBytes;
  }

  /** Everything at or after a position, oldest first; undefined when part of it has left. */
  after(position: TopicPosition): readonly LogRecord[] | undefined {
    if (!reaches(position, this.#from)) return undefined;
    const records = this.#kept.slice(this.#oldest).map(({ record }) => record);
    return records.filter((record) => !isPast(record, position));
  }

  #dropOldest(): void {
    const leaving = this.#kept[this.#oldest];
    if (leaving === undefined) return;
    this.#from[leaving.record.partition] = leaving.record.offset + 1;
    this.#sizeBytes -= leaving.sizeBytes;
    this.#oldest += 1;
    // Let go of what has left, once in a while: the array never has more than twice what is kept, and a few.
    if (this.#oldest < 16 || this.#oldest * 2 < this.#kept.length) return;
    this.#kept = this.#kept.slice(this.#oldest);
    this.#oldest = 0;
  }
}
