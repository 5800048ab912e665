import type { StoredWatermark } from './watermark.ts';
import type { WindowCell } from './window-cell.ts';
import type { Group, Tallies } from './workspace-state.ts';

/** A window as the store keeps it while rows may still come for it. */
export interface StoredCell {
  readonly groupId: number;
  readonly window: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly rows: number;
  readonly state: string;
}

export interface CellChange {
  readonly workspaceId: string;
  readonly group: Group;
  readonly window: number;
  readonly cell: WindowCell;
  /** By measure, as of now. */
  readonly values: readonly (number | null)[];
}

export interface CellRemoval extends Omit<CellChange, 'cell' | 'values'> {
  readonly startMs: number;
  readonly endMs: number;
}

/** Everything a commit has to store. */
export interface Changes {
  /** Groups that had no window left, and made room for others. */
  readonly forgotten: readonly number[];
  readonly groups: readonly { readonly workspaceId: string; readonly group: Group }[];
  /** Stored first: a session may start again where one was removed. */
  readonly removed: readonly CellRemoval[];
  readonly changed: readonly CellChange[];
  readonly workspaces: readonly {
    readonly workspaceId: string;
    readonly tallies: Tallies;
    readonly watermark: StoredWatermark;
    /** Windows may have been closed since it was last said so. */
    readonly hasClosed: boolean;
  }[];
}
