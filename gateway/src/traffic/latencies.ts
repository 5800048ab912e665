/** The latest durations of one kind of call. */
export class Latencies {
  readonly #kept: number[] = [];
  #next = 0;
  #since = 0;
  #p95Ms: number | undefined;

  add(durationMs: number): void {
    this.#kept[this.#next] = durationMs;
    this.#next = (this.#next + 1) % keptAtMost;
    this.#since += 1;
    // Sorting for each would cost more than it tells.
    if (this.#kept.length < fewest || this.#since < anewAfter) return;
    this.#since = 0;
    const sorted = [...this.#kept].sort((a, b) => a - b);
    this.#p95Ms = sorted[Math.floor(sorted.length * 0.95)];
  }

  /** Milliseconds within which 95 of 100 ended; undefined while too few are known. */
  get p95Ms(): number | undefined {
    return this.#p95Ms;
  }
}

const keptAtMost = 256;
const fewest = 32;
const anewAfter = 32;
