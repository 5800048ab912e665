import type { Pipeline } from './port.ts';
import type { RowBatch } from './row-batch.ts';
import { SessionCells } from './session-cells.ts';
import { type StoredWatermark, Watermark } from './watermark.ts';
import type { WindowCell } from './window-cell.ts';

/** The windows of one group: by window of the pipeline, then by start. */
export interface Group {
  readonly id: number;
  readonly grouping: number;
  /** The values of its dimensions as a JSON array. */
  readonly key: string;
  readonly cells: readonly Map<number, WindowCell>[];
  /** Rows of the batch at work, by the start of their pane. */
  readonly sums: Map<number, WindowCell>;
  /** Whether all its open windows are here; false while the store may hold more. */
  complete: boolean;
}

export interface StoredGroup {
  readonly id: number;
  readonly grouping: number;
  readonly key: string;
}

/** What a workspace's state is restored from; undefined parts for one that was never seen. */
export interface StoredWorkspace {
  readonly groups: readonly StoredGroup[];
  readonly watermark: StoredWatermark;
  /** Rows that were of one group too many, so far. */
  readonly overflow: number;
}

export interface Tallies {
  late: number;
  ahead: number;
  invalid: number;
  overflow: number;
}

/** Groups, event time and tallies of one workspace in one pipeline. */
export class WorkspaceState {
  readonly watermark: Watermark;
  readonly tallies: Tallies = { late: 0, ahead: 0, invalid: 0, overflow: 0 };
  readonly newGroups: Group[] = [];
  /** Closed windows are looked for again when the watermark gets here. */
  sweepAtMs = Number.NEGATIVE_INFINITY;
  /** A group found no room, although the store may have others without a window. */
  wantsRoom = false;
  readonly #pipeline: Pipeline;
  readonly #columns: readonly (readonly number[])[];
  readonly #groups: readonly Map<string, Group>[];
  readonly #nextId: () => number;
  #mayHaveRoom: boolean;
  #hasTurnedAway: boolean;

  constructor(
    pipeline: Pipeline,
    { stored, nextId }: { readonly stored: StoredWorkspace; readonly nextId: () => number },
  ) {
    this.#pipeline = pipeline;
    this.#nextId = nextId;
    this.#columns = pipeline.groupings.map((names) => names.map((name) => pipeline.dimensions.indexOf(name)));
    this.#groups = pipeline.groupings.map(() => new Map());
    this.#hasTurnedAway = stored.overflow > 0;
    this.#mayHaveRoom = this.#mayLetIn();
    this.watermark = new Watermark(pipeline, stored.watermark);
    for (const group of stored.groups)
      this.#groups[group.grouping]?.set(group.key, {
        ...group,
        cells: this.#noCells(),
        sums: new Map(),
        complete: false,
      });
  }

  /** The group of a row in a grouping; a new one while there is room, undefined beyond. */
  groupOf(batch: RowBatch, row: number, grouping: number): Group | undefined {
    const columns = this.#columns[grouping] ?? [];
    let key = '[';
    for (let at = 0; at < columns.length; at += 1) {
      if (at > 0) key += ',';
      key += batch.dimensions[columns[at] ?? 0]?.[row] ?? 'null';
    }
    key += ']';
    return this.groupOfKey(grouping, key);
  }

  /** The group of these values, a JSON array; a new one while there is room, undefined beyond. */
  groupOfKey(grouping: number, key: string): Group | undefined {
    const groups = this.#groups[grouping];
    const known = groups?.get(key);
    if (known !== undefined || groups === undefined) return known;
    if (groups.size >= this.#pipeline.maxGroups) {
      if (this.#mayHaveRoom) this.wantsRoom = true;
      else this.#hasTurnedAway = true;
      return undefined;
    }
    const cells = this.#noCells();
    const group = { id: this.#nextId(), grouping, key, cells, sums: new Map(), complete: true };
    groups.set(key, group);
    this.newGroups.push(group);
    return group;
  }

  /** Only groups that came from the store or were made here. */
  groups(): Iterable<Group> {
    return this.#groups.flatMap((groups) => [...groups.values()]);
  }

  /** Windows went: groups that have none left may make room for others. */
  windowsWent(): void {
    this.#mayHaveRoom = this.#mayLetIn();
  }

  /** Forgets groups that have no window. What finds no room now is turned away. */
  forget(ids: ReadonlySet<number>): void {
    for (const groups of this.#groups)
      for (const [key, { id }] of groups) if (ids.has(id)) groups.delete(key);
    this.wantsRoom = false;
    this.#mayHaveRoom = false;
  }

  /**
   * Of rows that can be taken back, none may come to a group whose earlier rows were turned away: taken back, they would be missing from those that were
   * not. Nobody knows those groups, so from then on nobody is let in before all is computed anew.
   */
  #mayLetIn(): boolean {
    return this.#pipeline.source.rows === 'properties' || !this.#hasTurnedAway;
  }

  #noCells(): readonly Map<number, WindowCell>[] {
    return this.#pipeline.windows.map(({ kind }) => (kind === 'session' ? new SessionCells() : new Map()));
  }
}
