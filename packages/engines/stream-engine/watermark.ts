/**
 * How far event time has come in one workspace. Each partition has come as far as its latest row; the watermark is the least of them,
 * less the disorder that is allowed, and never goes back. A partition that was silent for a while counts no more, or one quiet
 * partition would keep all windows open for good. One workspace's clock never closes another's windows.
 */
export class Watermark {
  valueMs: number;
  readonly #latest: (number | undefined)[];
  readonly #seenAtMs: number[];
  readonly #outOfOrdernessMs: number;
  readonly #idleAfterMs: number;

  constructor(
    options: { readonly outOfOrdernessMs: number; readonly idleAfterMs: number },
    stored?: {
      readonly valueMs: number | null;
      readonly latest: readonly (number | null)[];
      readonly nowMs: number;
    },
  ) {
    this.#outOfOrdernessMs = options.outOfOrdernessMs;
    this.#idleAfterMs = options.idleAfterMs;
    this.valueMs = stored?.valueMs ?? Number.NEGATIVE_INFINITY;
    this.#latest = (stored?.latest ?? []).map((time) => time ?? undefined);
    this.#seenAtMs = this.#latest.map(() => stored?.nowMs ?? 0);
  }

  /** Rows of this partition are about to come: until they did, it holds the watermark back. `nowMs` is any clock that never runs back. */
  expect(partition: number, nowMs: number): void {
    this.#latest[partition] ??= Number.NEGATIVE_INFINITY;
    this.#seenAtMs[partition] = nowMs;
  }

  /** A row came. */
  observe(partition: number, timeMs: number, nowMs: number): void {
    if (timeMs <= (this.#latest[partition] ?? Number.NEGATIVE_INFINITY)) return;
    this.#latest[partition] = timeMs;
    let least = Number.POSITIVE_INFINITY;
    for (let at = 0; at < this.#latest.length; at += 1) {
      const latest = this.#latest[at];
      const idle = nowMs - (this.#seenAtMs[at] ?? 0) > this.#idleAfterMs;
      if (latest !== undefined && !idle && latest < least) least = latest;
    }
    if (least !== Number.POSITIVE_INFINITY)
      this.valueMs = Math.max(this.valueMs, least - this.#outOfOrdernessMs);
  }

  /** By partition; null for those that never had a row. */
  latest(): readonly (number | null)[] {
    return Array.from(this.#latest, (time) =>
      time === undefined || time === Number.NEGATIVE_INFINITY ? null : time,
    );
  }
}
