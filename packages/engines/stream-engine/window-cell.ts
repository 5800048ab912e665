import {
  type AnySummary,
  type MeasurePlan,
  mergeSummaries,
  newSummaries,
  readSummaries,
} from './measure-plan.ts';
import type { RowBatch } from './row-batch.ts';
import { Distinct } from './summaries.ts';

/** Values that summaries keep which weigh as much as a window. */
const valuesAsOne = 16;

/** One window of one group, while rows may still come for it. */
export class WindowCell {
  startMs: number;
  endMs: number;
  rows = 0;
  /** Changed since the last commit. */
  changed = false;
  /** As `weigh` found it last; 0 before. */
  weight = 0;
  readonly #plan: MeasurePlan;
  readonly #summaries: readonly AnySummary[];

  constructor(
    plan: MeasurePlan,
    bounds: { readonly startMs: number; readonly endMs: number },
    stored?: { readonly rows: number; readonly state: string },
  ) {
    this.#plan = plan;
    this.startMs = bounds.startMs;
    this.endMs = bounds.endMs;
    this.rows = stored?.rows ?? 0;
    this.#summaries = stored === undefined ? newSummaries(plan) : readSummaries(plan, stored.state);
  }

  /** Nothing is taken back where nothing is: the row was never counted here, the log kept it no more when the window was computed. */
  add(batch: RowBatch, row: number): void {
    const sign = batch.signs[row] ?? 1;
    if (this.rows <= 0 && sign < 0) return;
    this.rows += sign;
    const { summaries } = this.#plan;
    for (let at = 0; at < summaries.length; at += 1) {
      const summary = this.#summaries[at];
      const column = summaries[at]?.column ?? 0;
      if (summary instanceof Distinct) {
        const text = batch.texts[column]?.[row];
        if (text !== undefined) summary.add(text, sign);
      } else {
        const value = batch.numbers[column]?.[row] ?? Number.NaN;
        if (!Number.isNaN(value)) summary?.add(value, sign);
      }
    }
  }

  /** Takes in rows of its own time that were summed up apart. */
  include(sum: WindowCell): void {
    this.rows += sum.rows;
    mergeSummaries(this.#summaries, sum.#summaries);
  }

  /** Takes in a window that turned out to be the same session. */
  absorb(other: WindowCell): void {
    this.include(other);
    this.widen(other);
  }

  widen({ startMs, endMs }: { readonly startMs: number; readonly endMs: number }): void {
    this.startMs = Math.min(this.startMs, startMs);
    this.endMs = Math.max(this.endMs, endMs);
  }

  /** What it takes of memory: one for itself, and for each further sixteen values that its summaries keep. */
  weigh(): void {
    this.weight = 1 + Math.floor(this.#summaries.reduce((sum, { kept }) => sum + kept, 0) / valuesAsOne);
  }

  values(): readonly (number | null)[] {
    return this.#plan.values(this.rows, this.#summaries);
  }

  state(): string {
    return JSON.stringify(this.#summaries.map((summary) => summary.state()));
  }
}
