import { CountedNumbers } from './counted-numbers.ts';

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
  #positive = new CountedNumbers();
  #negative = new CountedNumbers();

  static from([zero, positive, negative]: SketchState): DDSketch {
    const sketch = new DDSketch();
    sketch.#zero = zero;
    sketch.#positive = CountedNumbers.from(positive);
    sketch.#negative = CountedNumbers.from(negative);
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
    mergeBins(this.#positive, other.#positive.pairs);
    mergeBins(this.#negative, other.#negative.pairs);
  }

  /** The value of rank ⌈q·n⌉ of n, 1 at least, `q` in [0, 1]; null when there is none. */
  quantile(q: number): number | null {
    const size = this.#negative.total() + this.#zero + this.#positive.total();
    if (size <= 0) return null;
    // 0.07 · 100 is 7.000000000000001 in binary: what rounding added must not make another rank.
    let left = Math.max(0, Math.ceil(q * size * (1 - 4 * Number.EPSILON)) - 1);
    const negative = this.#negative.pairs;
    for (let at = negative.length - 2; at >= 0; at -= 2) {
      const count = negative[at + 1] ?? 0;
      if (left < count) return -estimate(negative[at] ?? 0);
      left -= count;
    }
    if (left < this.#zero) return 0;
    left -= this.#zero;
    const positive = this.#positive.pairs;
    for (let at = 0; at < positive.length; at += 2) {
      const count = positive[at + 1] ?? 0;
      if (left < count) return estimate(positive[at] ?? 0);
      left -= count;
    }
    const last = this.#positive.greatest;
    return last === null ? 0 : estimate(last);
  }

  get kept(): number {
    return this.#positive.size + this.#negative.size;
  }

  state(): SketchState {
    return [this.#zero, this.#positive.pairs, this.#negative.pairs];
  }
}

function binOf(magnitude: number): number {
  return Math.ceil(Math.log(magnitude) * perLog);
}

function estimate(bin: number): number {
  return (2 * gamma ** bin) / (gamma + 1);
}

function bump(bins: CountedNumbers, bin: number, count: number): void {
  bins.add(bin, count);
  if (bins.size > maxBins) bins.joinLeast();
}

function mergeBins(into: CountedNumbers, pairs: readonly number[]): void {
  for (let at = 0; at < pairs.length; at += 2) bump(into, pairs[at] ?? 0, pairs[at + 1] ?? 0);
}
