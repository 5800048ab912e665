/**
 * The ids a process stored in a topic of late: Kafka itself tells repetitions of a batch, not those of an event. Forgotten half at a time: a set from which the oldest is taken
 * one by one keeps their places until it is built anew, and walks over all of them to find the next.
 */
export class StoredIds {
  readonly #half: number;
  #older: ReadonlySet<string> = new Set();
  #newer = new Set<string>();

  /** `capacity`: remembered at most; the last half of them for certain. */
  constructor(capacity: number) {
    this.#half = Math.ceil(capacity / 2);
  }

  has(id: string): boolean {
    return this.#newer.has(id) || this.#older.has(id);
  }

  add(id: string): void {
    if (this.#newer.size >= this.#half) {
      this.#older = this.#newer;
      this.#newer = new Set();
    }
    this.#newer.add(id);
  }
}
