/**
 * Numbers in their order, each with how often it is there. Most windows of a group hold one or two, and there are tens of thousands of windows: one list of
 * numbers and counts by turns takes a tenth of what a map takes, is in order when somebody asks for the least, and goes into JSON as it is.
 */
export class CountedNumbers {
  #pairs: number[] = [];

  /** From what `pairs` gave, in any order. */
  static from(pairs: readonly number[]): CountedNumbers {
    const counted = new CountedNumbers();
    for (let at = 0; at + 1 < pairs.length; at += 2) counted.add(pairs[at] ?? 0, pairs[at + 1] ?? 0);
    return counted;
  }

  /** How many different ones there are. */
  get size(): number {
    return this.#pairs.length / 2;
  }

  /** `[least, count, next, count, …]` */
  get pairs(): readonly number[] {
    return this.#pairs;
  }

  get least(): number | null {
    return this.#pairs[0] ?? null;
  }

  get greatest(): number | null {
    return this.#pairs.at(-2) ?? null;
  }

  countOf(value: number): number {
    const at = this.#placeOf(value);
    return this.#pairs[at] === value ? (this.#pairs[at + 1] ?? 0) : 0;
  }

  /** A number that is there no times is forgotten; one that was taken away more often than it was there is not, until it is put back. */
  add(value: number, by: number): void {
    const pairs = this.#pairs;
    // Room for no more than that: most never get another.
    if (pairs.length === 0) {
      if (by !== 0) this.#pairs = [value, by];
      return;
    }
    const at = this.#placeOf(value);
    if (pairs[at] !== value) {
      if (by !== 0) pairs.splice(at, 0, value, by);
      return;
    }
    const next = (pairs[at + 1] ?? 0) + by;
    if (next === 0) pairs.splice(at, 2);
    else pairs[at + 1] = next;
  }

  /** The sum of all counts. */
  total(): number {
    let sum = 0;
    for (let at = 1; at < this.#pairs.length; at += 2) sum += this.#pairs[at] ?? 0;
    return sum;
  }

  /** Counts the least number as the one after it. */
  joinLeast(): void {
    const [, count = 0] = this.#pairs.splice(0, 2);
    const { least } = this;
    if (least !== null) this.add(least, count);
  }

  /** Where a number stands in the list, or would stand. */
  #placeOf(value: number): number {
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#pairs[2 * middle] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    return 2 * low;
  }
}
