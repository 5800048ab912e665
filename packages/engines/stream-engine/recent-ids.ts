/**
 * The ids of the last `capacity` events of a partition. The relay hands events on at least once: after a crash it repeats its last
 * batch, so a repetition follows closely on the first time.
 */
export class RecentIds {
  readonly #capacity: number;
  readonly #ids = new Set<string>();
  readonly #order: string[] = [];
  #next = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** True when the id was not among them; it is now. */
  isNew(id: string): boolean {
    if (this.#ids.has(id)) return false;
    const forgotten = this.#order[this.#next];
    if (forgotten !== undefined) this.#ids.delete(forgotten);
    this.#order[this.#next] = id;
    this.#next = (this.#next + 1) % this.#capacity;
    this.#ids.add(id);
    return true;
  }
}
