import type { WindowCell } from './window-cell.ts';

/**
 * The sessions of a group, by their starts. They lie apart from each other, so those that begin earlier also end earlier, and of thousands that are open few are looked
 * at for a row.
 */
export class SessionCells extends Map<number, WindowCell> {
  readonly #starts: number[] = [];

  override set(startMs: number, cell: WindowCell): this {
    if (!this.has(startMs)) this.#starts.splice(this.#placeOf(startMs), 0, startMs);
    return super.set(startMs, cell);
  }

  override delete(startMs: number): boolean {
    if (this.has(startMs)) this.#starts.splice(this.#placeOf(startMs), 1);
    return super.delete(startMs);
  }

  /** Those that have some of this time, the earliest first. */
  around({ startMs, endMs }: { readonly startMs: number; readonly endMs: number }): readonly WindowCell[] {
    const found: WindowCell[] = [];
    for (let at = this.#placeOf(endMs) - 1; at >= 0; at -= 1) {
      const cell = this.get(this.#starts[at] ?? 0);
      if (cell === undefined || cell.endMs <= startMs) break;
      found.unshift(cell);
    }
    return found;
  }

  /** Of the first that begins at that time or later. */
  #placeOf(startMs: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] ?? 0) < startMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
