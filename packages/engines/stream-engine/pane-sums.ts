import type { MeasurePlan } from './measure-plan.ts';
import type { Window } from './port.ts';
import type { RowBatch } from './row-batch.ts';
import { WindowCell } from './window-cell.ts';
import { stepOf, windowStarts } from './window-starts.ts';
import type { Group } from './workspace-state.ts';

type Aligned = Exclude<Window, { kind: 'session' }>;

/** An aligned window that a pane lies in. */
interface PaneWindow {
  /** Its place among the pipeline's windows. */
  readonly window: number;
  readonly startMs: number;
  readonly endMs: number;
}

export interface PaneSum extends PaneWindow {
  readonly workspaceId: string;
  readonly group: Group;
  readonly sum: WindowCell;
}

export interface GroupRow {
  readonly workspaceId: string;
  readonly group: Group;
  readonly isClosed: (endMs: number) => boolean;
}

/**
 * Panes are the longest stretches of time that lie wholly inside or outside of every aligned window of a pipeline (Li, Maier et al., "No pane, no gain",
 * SIGMOD Record 2005). The rows of a batch are summed up by group and pane first, and each sum goes into all windows around it: a day that
 * hops by the hour costs a row one addition instead of 24.
 */
export class PaneSums {
  readonly #plan: MeasurePlan;
  readonly #windows: readonly { readonly at: number; readonly declared: Aligned }[];
  readonly #sizeMs: number;
  readonly #offsetMs: number;
  readonly #around = new Map<number, readonly PaneWindow[]>();
  #summed: { readonly workspaceId: string; readonly group: Group }[] = [];

  private constructor(
    plan: MeasurePlan,
    windows: readonly { readonly at: number; readonly declared: Aligned }[],
  ) {
    this.#plan = plan;
    this.#windows = windows;
    this.#offsetMs = windows[0]?.declared.offsetMs ?? 0;
    this.#sizeMs = windows
      .flatMap(({ declared }) => [stepOf(declared), Math.abs(declared.offsetMs - this.#offsetMs)])
      .reduce(greatestCommonDivisor, 0);
  }

  /** Undefined where there is no aligned window. */
  static of(plan: MeasurePlan, windows: readonly Window[]): PaneSums | undefined {
    const aligned = windows.flatMap((declared, at) =>
      declared.kind === 'session' ? [] : [{ at, declared }],
    );
    return aligned.length === 0 ? undefined : new PaneSums(plan, aligned);
  }

  /** Adds a row of a group; false where a window around it is closed, because then the others are to be asked one by one. */
  add(batch: RowBatch, row: number, { workspaceId, group, isClosed }: GroupRow): boolean {
    const timeMs = batch.times[row] ?? 0;
    const startMs = Math.floor((timeMs - this.#offsetMs) / this.#sizeMs) * this.#sizeMs + this.#offsetMs;
    // The one that ends first stands first: where it is open, all are.
    if (isClosed(this.#windowsAround(startMs)[0]?.endMs ?? 0)) return false;
    let sum = group.sums.get(startMs);
    if (sum === undefined) {
      sum = new WindowCell(this.#plan, { startMs, endMs: startMs + this.#sizeMs });
      if (group.sums.size === 0) this.#summed.push({ workspaceId, group });
      group.sums.set(startMs, sum);
    }
    sum.add(batch, row);
    return true;
  }

  /** The sums of the batch, for each window around them; they are forgotten. */
  *take(): Iterable<PaneSum> {
    for (const { workspaceId, group } of this.#summed) {
      for (const [startMs, sum] of group.sums)
        for (const around of this.#windowsAround(startMs)) yield { workspaceId, group, sum, ...around };
      group.sums.clear();
    }
    this.#summed = [];
    this.#around.clear();
  }

  #windowsAround(startMs: number): readonly PaneWindow[] {
    const known = this.#around.get(startMs);
    if (known !== undefined) return known;
    const around = this.#windows.flatMap(({ at, declared }) =>
      windowStarts(declared, startMs).map((start) => ({
        window: at,
        startMs: start,
        endMs: start + declared.sizeMs,
      })),
    );
    around.sort((a, b) => a.endMs - b.endMs);
    this.#around.set(startMs, around);
    return around;
  }
}

export function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
