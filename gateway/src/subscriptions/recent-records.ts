import type { LogRecord, TopicPosition } from '@tributary/engines/event-log';
import { isPast, reaches } from './log-position.ts';

/**
 * The newest records of one topic, in the order this process saw them: a subscriber that was away for a moment is served from here
 * without reading the log. Bounded by count; the oldest leave first.
 */
export class RecentRecords {
  readonly #limit: number;
  readonly #slots: LogRecord[] = [];
  #oldest = 0;
  /** The position after the last record that left: what `after` can no longer answer. */
  readonly #from: number[];

  constructor(startedAt: TopicPosition, limit: number) {
    this.#from = [...startedAt];
    this.#limit = limit;
  }

  push(record: LogRecord): void {
    if (this.#slots.length < this.#limit) {
      this.#slots.push(record);
      return;
    }
    const leaving = this.#slots[this.#oldest];
    if (leaving !== undefined) this.#from[leaving.partition] = leaving.offset + 1;
    this.#slots[this.#oldest] = record;
    this.#oldest = (this.#oldest + 1) % this.#limit;
  }

  /** Everything at or after a position, oldest first; undefined when part of it has left. */
  after(position: TopicPosition): readonly LogRecord[] | undefined {
    if (!reaches(position, this.#from)) return undefined;
    const ordered = [...this.#slots.slice(this.#oldest), ...this.#slots.slice(0, this.#oldest)];
    return ordered.filter((record) => !isPast(record, position));
  }
}
