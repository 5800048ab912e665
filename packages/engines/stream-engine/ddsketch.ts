/**
 * Quantiles with a bound on the relative error: DDSketch (Masson, Rim, Lee: "DDSketch: a fast and fully-mergeable quantile sketch with
 * relative-error guarantees", VLDB 2019).
 *
 * A value x > 0 is counted in bin i = ⌈log_γ x⌉ with γ = (1 + α) / (1 − α), which holds (γ^(i−1), γ^i]; its estimate 2γ^i / (γ + 1) is
 * within α of every value in the bin. So a quantile is within α = 1 % of the true one (by nearest rank: the least value that q·n of the n
 * values do not exceed), whatever the distribution. Negative values have bins of their own, |x| < 1e-9 counts as zero. Adding bins merges two sketches; subtracting one takes
 * a value back, exactly. Beyond 1,024 bins a sign the ones nearest to zero are joined: 1,024 bins span a factor of 7.8e8, and only
 * values smaller than that below the greatest lose the bound.
 */
export const relativeError = 0.01;

export const gamma = (1 + relativeError) / (1 - relativeError);
export const perLog = 1 / Math.log(gamma);
export const smallest = 1e-9;
const maxBins = 1_024;

export type SketchState = readonly [zero: number, positive: readonly number[], negative: readonly number[]];

export class DDSketch {
  #zero = 0;
  readonly #positive = new Map<number, number>();
  readonly #negative = new Map<number, number>();

  static from([zero, positive, negative]: SketchState): DDSketch {
    const sketch = new DDSketch();
    sketch.#zero = zero;
    fill(sketch.#positive, positive);
    fill(sketch.#negative, negative);
    return sketch;
  }

  /** Counts a value `count` times; a negative count takes it back. */
  add(value: number, count: number): void {
    if (value >= smallest) bump(this.#positive, binOf(value), count);
    else if (value <= -smallest) bump(this.#negative, binOf(-value), count);
    else this.#zero += count;
  }

  merge(other: DDSketch): void {
    this.#zero += other.#zero;
    for (const [bin, count] of other.#positive) bump(this.#positive, bin, count);
    for (const [bin, count] of other.#negative) bump(this.#negative, bin, count);
  }

  /** The value of rank ⌈q·n⌉ of n, 1 at least, `q` in [0, 1]; null when there is none. */
  quantile(q: number): number | null {
    const only = this.#onlyBin();
    if (only !== undefined) return only.count > 0 ? only.estimate : null;
    const negative = sorted(this.#negative);
    const positive = sorted(this.#positive);
    const size = total(negative) + this.#zero + total(positive);
    if (size <= 0) return null;
    // 0.07 · 100 is 7.000000000000001 in binary: what rounding added must not make another rank.
    let left = Math.max(0, Math.ceil(q * size * (1 - 4 * Number.EPSILON)) - 1);
    for (const [bin, count] of negative.reverse()) {
      if (left < count) return -estimate(bin);
      left -= count;
    }
    if (left < this.#zero) return 0;
    left -= this.#zero;
    for (const [bin, count] of positive) {
      if (left < count) return estimate(bin);
      left -= count;
    }
    const last = positive.at(-1);
    return last === undefined ? 0 : estimate(last[0]);
  }

  /** Most windows of a group have one value: there is nothing to sort. */
  #onlyBin(): { readonly count: number; readonly estimate: number } | undefined {
    if (this.#zero !== 0 || this.#positive.size + this.#negative.size !== 1) return undefined;
    for (const [bin, count] of this.#positive) return { count, estimate: estimate(bin) };
    for (const [bin, count] of this.#negative) return { count, estimate: -estimate(bin) };
    return undefined;
  }

  get kept(): number {
    return this.#positive.size + this.#negative.size;
  }

  state(): SketchState {
    return [this.#zero, [...this.#positive].flat(), [...this.#negative].flat()];
  }
}

function binOf(magnitude: number): number {
  return Math.ceil(Math.log(magnitude) * perLog);
}

function estimate(bin: number): number {
  return (2 * gamma ** bin) / (gamma + 1);
}

function bump(bins: Map<number, number>, bin: number, count: number): void {
  const next = (bins.get(bin) ?? 0) + count;
  if (next === 0) bins.delete(bin);
  else bins.set(bin, next);
  if (bins.size > maxBins) joinLowest(bins);
}

function joinLowest(bins: Map<number, number>): void {
  let lowest = Number.POSITIVE_INFINITY;
  let second = Number.POSITIVE_INFINITY;
  for (const bin of bins.keys()) {
    if (bin < lowest) [lowest, second] = [bin, lowest];
    else if (bin < second) second = bin;
  }
  const joined = (bins.get(lowest) ?? 0) + (bins.get(second) ?? 0);
  bins.delete(lowest);
  bins.set(second, joined);
}

function sorted(bins: ReadonlyMap<number, number>): [number, number][] {
  return [...bins].sort(([a], [b]) => a - b);
}

function total(bins: readonly (readonly [number, number])[]): number {
  return bins.reduce((sum, [, count]) => sum + count, 0);
}

function fill(bins: Map<number, number>, flat: readonly number[]): void {
  for (let at = 0; at + 1 < flat.length; at += 2) bins.set(flat[at] ?? 0, flat[at + 1] ?? 0);
}
