import { createHash } from 'node:crypto';
import { CountedNumbers } from './counted-numbers.ts';
import { DDSketch, type SketchState } from './ddsketch.ts';
import { HyperLogLog } from './hyperloglog.ts';

/**
 * A summary of the values of one field in one window: values are added, and taken back where rows are states of records. States are JSON.
 */
export interface Summary<Self> {
  /** How many numbers or texts it holds. */
  readonly kept: number;
  merge(other: Self): void;
  state(): unknown;
}

/**
 * Sum and number of values. Neumaier's compensation keeps the error of a sum independent of its length, also where values are taken back. A sum that was once
 * beyond what a double holds is lost: it and the mean are null from then on.
 */
export class Total implements Summary<Total> {
  readonly kept = 1;
  #sum = 0;
  #lost = 0;
  #size = 0;

  static from(state: unknown): Total {
    const total = new Total();
    const [sum, lost, size] = state as [number | null, number | null, number];
    // JSON has no number for a sum that was lost.
    total.#sum = sum ?? Number.NaN;
    total.#lost = lost ?? Number.NaN;
    total.#size = size;
    return total;
  }

  add(value: number, sign: number): void {
    this.#plus(value * sign);
    this.#size += sign;
  }

  merge(other: Total): void {
    this.#plus(other.#sum);
    this.#plus(other.#lost);
    this.#size += other.#size;
  }

  get sum(): number | null {
    const sum = this.#sum + this.#lost;
    return this.#size > 0 && Number.isFinite(sum) ? sum : null;
  }

  get mean(): number | null {
    const { sum } = this;
    return sum === null ? null : sum / this.#size;
  }

  /** The value, where there is one. */
  get only(): number | null {
    return this.#size === 1 ? this.sum : null;
  }

  state(): unknown {
    return [this.#sum, this.#lost, this.#size];
  }

  #plus(value: number): void {
    const next = this.#sum + value;
    this.#lost +=
      Math.abs(this.#sum) >= Math.abs(value) ? this.#sum - next + value : value - next + this.#sum;
    this.#sum = next;
  }
}

/** Least and greatest value where nothing is ever taken back. */
export class Bounds implements Summary<Bounds> {
  readonly kept = 1;
  min: number | null = null;
  max: number | null = null;

  static from(state: unknown): Bounds {
    const bounds = new Bounds();
    [bounds.min, bounds.max] = state as [number | null, number | null];
    return bounds;
  }

  add(value: number): void {
    if (this.min === null || value < this.min) this.min = value;
    if (this.max === null || value > this.max) this.max = value;
  }

  merge(other: Bounds): void {
    if (other.min !== null) this.add(other.min);
    if (other.max !== null) this.add(other.max);
  }

  state(): unknown {
    return [this.min, this.max];
  }
}

/** Beyond this many different values extremes are kept by the bins of a sketch. */
const maxExactValues = 512;

/**
 * Least and greatest value. A value that is taken back may have been one of them, so the values are counted: up to 512 different ones
 * exactly, then in the bins of a sketch, within its 1 %.
 */
export class Extremes implements Summary<Extremes> {
  #counts: CountedNumbers | undefined = new CountedNumbers();
  /** In place of the counts. */
  #sketch: DDSketch | undefined;

  static from(state: unknown): Extremes {
    const extremes = new Extremes();
    const { counts, sketch } = state as { counts?: readonly [number, number][]; sketch?: SketchState };
    extremes.#counts = counts === undefined ? undefined : CountedNumbers.from(counts.flat());
    if (sketch !== undefined) extremes.#sketch = DDSketch.from(sketch);
    return extremes;
  }

  /** What is taken back and was never there (the log kept it no more when the window was computed) leaves nothing behind. */
  add(value: number, sign: number): void {
    const counts = this.#counts;
    if (counts === undefined) {
      this.#sketch?.add(value, sign);
      return;
    }
    // Of the two noughts, JSON has one.
    const known = value === 0 ? 0 : value;
    counts.add(known, Math.max(sign, -counts.countOf(known)));
    if (counts.size > maxExactValues) this.#spill();
  }

  merge(other: Extremes): void {
    if (other.#sketch !== undefined) {
      this.#spill();
      this.#sketch?.merge(other.#sketch);
      return;
    }
    const pairs = other.#counts?.pairs ?? [];
    for (let at = 0; at < pairs.length; at += 2) this.add(pairs[at] ?? 0, pairs[at + 1] ?? 0);
  }

  get min(): number | null {
    return this.#sketch === undefined ? (this.#counts?.least ?? null) : this.#sketch.quantile(0);
  }

  get max(): number | null {
    return this.#sketch === undefined ? (this.#counts?.greatest ?? null) : this.#sketch.quantile(1);
  }

  get kept(): number {
    return this.#counts?.size ?? this.#sketch?.kept ?? 0;
  }

  state(): unknown {
    if (this.#sketch !== undefined) return { sketch: this.#sketch.state() };
    const pairs = this.#counts?.pairs ?? [];
    const counts: [number, number][] = [];
    for (let at = 0; at < pairs.length; at += 2) counts.push([pairs[at] ?? 0, pairs[at + 1] ?? 0]);
    return { counts };
  }

  #spill(): void {
    const sketch = this.#sketch ?? new DDSketch();
    const pairs = this.#counts?.pairs ?? [];
    for (let at = 0; at < pairs.length; at += 2) sketch.add(pairs[at] ?? 0, pairs[at + 1] ?? 0);
    this.#counts = undefined;
    this.#sketch = sketch;
  }
}

/** What is taken back and was never there (the log kept it no more when the window was computed) leaves nothing behind. */
function addCount<Value>(counts: Map<Value, number>, value: Value, by: number): void {
  const next = (counts.get(value) ?? 0) + by;
  if (next <= 0) counts.delete(value);
  else counts.set(value, next);
}

/** Beyond this many different values they are estimated. */
const maxExactTexts = 256;
/** Characters of the JSON of a text that is kept as it is, quotes included: an id of 36 and most names. */
const longestKept = 66;

/**
 * What stands for a text: itself, or of a longer one the first 132 bits of its SHA-256, since only what is equal matters. So a window keeps a few kilobytes of
 * them whatever they are.
 */
export function countedText(text: string): string {
  if (text.length < longestKept && JSON.stringify(text).length <= longestKept) return text;
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}

/**
 * How many different values, each as its `countedText`. Up to 256 they are counted one by one, and a value that is taken back leaves; beyond, a HyperLogLog counts
 * what was ever there (1.6 %), because nothing can be taken out of it.
 */
export class Distinct implements Summary<Distinct> {
  #counts: Map<string, number> | undefined = new Map();
  #estimate = new HyperLogLog();

  static from(state: unknown): Distinct {
    const distinct = new Distinct();
    const { counts, registers } = state as { counts?: readonly [string, number][]; registers?: string };
    distinct.#counts = counts === undefined ? undefined : shortened(counts);
    if (registers !== undefined) distinct.#estimate = HyperLogLog.from(registers);
    return distinct;
  }

  add(text: string, sign: number): void {
    const counts = this.#counts;
    if (counts === undefined) {
      if (sign > 0) this.#estimate.add(text);
      return;
    }
    addCount(counts, text, sign);
    if (counts.size > maxExactTexts) this.#spill();
  }

  merge(other: Distinct): void {
    if (other.#counts === undefined) {
      this.#spill();
      this.#estimate.merge(other.#estimate);
    } else for (const [text, count] of other.#counts) this.add(text, count);
  }

  get size(): number {
    return this.#counts === undefined ? this.#estimate.estimate() : this.#counts.size;
  }

  get kept(): number {
    return this.#counts?.size ?? this.#estimate.kept;
  }

  state(): unknown {
    return this.#counts === undefined ? { registers: this.#estimate.state() } : { counts: [...this.#counts] };
  }

  #spill(): void {
    for (const text of this.#counts?.keys() ?? []) this.#estimate.add(text);
    this.#counts = undefined;
  }
}

/** Those that were stored before long texts were shortened are as they came. Of a difference, counts may be below zero. */
function shortened(counts: readonly (readonly [string, number])[]): Map<string, number> {
  const short = new Map<string, number>();
  for (const [text, count] of counts) {
    const kept = countedText(text);
    short.set(kept, (short.get(kept) ?? 0) + count);
  }
  return short;
}
