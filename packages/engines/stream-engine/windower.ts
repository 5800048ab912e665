import { HeldWindows, type HeldWindowsOptions, type WindowPlace } from './held-windows.ts';
import { PaneSums } from './pane-sums.ts';
import type { Window } from './port.ts';
import type { RowBatch } from './row-batch.ts';
import type { Changes, StoredCell } from './window-changes.ts';
import { latestStart, stepOf } from './window-starts.ts';
import type { Group, StoredWorkspace, WorkspaceState } from './workspace-state.ts';

/** The windows of one pipeline in memory: rows in, changed windows out. What it does not hold is handed in before `apply`. */
export class Windower {
  readonly #held: HeldWindows;
  /** Undefined where rows are taken back (a sum of rows that leave is no summary), and where all windows are sessions. */
  readonly #sums: PaneSums | undefined;
  #placed:
    | { readonly batch: RowBatch; readonly groups: readonly (readonly (Group | undefined)[])[] }
    | undefined;

  constructor(options: HeldWindowsOptions) {
    const { pipeline, plan } = options;
    this.#held = new HeldWindows(options);
    this.#sums = pipeline.source.rows === 'properties' ? PaneSums.of(plan, pipeline.windows) : undefined;
  }

  /** The workspaces of a batch that are not held. */
  unknownWorkspaces(batch: RowBatch): readonly string[] {
    const named = new Set([...batch.workspaces, ...batch.invalid.keys(), ...batch.ahead.keys()]);
    return [...named].filter((workspaceId) => !this.#held.holds(workspaceId));
  }

  adoptWorkspace(workspaceId: string, stored: StoredWorkspace): void {
    this.#held.adoptWorkspace(workspaceId, stored);
  }

  /** The groups of a batch whose open windows are not all held. */
  incompleteGroups(batch: RowBatch): readonly number[] {
    const ids = new Set<number>();
    for (const groups of this.#groupsOf(batch))
      for (const group of groups) if (group?.complete === false) ids.add(group.id);
    return [...ids];
  }

  /** The workspaces in which a group of a batch finds no room, although the store may have others without a window. */
  crowdedWorkspaces(batch: RowBatch): readonly string[] {
    this.#groupsOf(batch);
    return this.#held.crowded();
  }

  /** Forgets those of these groups, which have no window, that the batch has no row for. */
  makeRoom(batch: RowBatch, groupIds: readonly number[]): void {
    const needed = new Set(this.#groupsOf(batch).flatMap((groups) => groups.map((group) => group?.id)));
    this.#held.makeRoom(new Set(groupIds.filter((id) => !needed.has(id))));
    this.#placed = undefined;
  }

  /** Windows of these workspaces went from the store: groups that have none left may make room for others. */
  windowsWent(workspaceIds: readonly string[]): void {
    this.#held.windowsWent(workspaceIds);
  }

  #groupsOf(batch: RowBatch): PlacedRows {
    if (this.#placed?.batch === batch) return this.#placed.groups;
    const states = this.#statesOf(batch);
    const groups = this.#held.pipeline.groupings.map((_, grouping) =>
      states.map((state, row) => state.groupOf(batch, row, grouping)),
    );
    for (const workspaceId of new Set(batch.workspaces)) this.#held.register(workspaceId);
    this.#placed = { batch, groups };
    return groups;
  }

  /** By row. */
  #statesOf({ workspaces }: RowBatch): readonly WorkspaceState[] {
    const states = new Map([...new Set(workspaces)].map((id) => [id, this.#held.state(id)]));
    return workspaces.flatMap((id) => states.get(id) ?? []);
  }

  /** All open windows of these groups, and that there are no others. */
  adoptCells(groupIds: readonly number[], cells: readonly StoredCell[]): void {
    this.#held.adoptCells(groupIds, cells);
  }

  /** Groups and windows held. */
  get size(): number {
    return this.#held.size;
  }

  /** Computes a batch; what it needs was handed in. `awaited` are the partitions, of all `partitions`, whose rows may be older than any of these. */
  apply(
    batch: RowBatch,
    { partitions, awaited }: { readonly partitions: number; readonly awaited: readonly number[] },
  ): void {
    const held = this.#held;
    for (const [workspaceId, count] of batch.invalid) held.state(workspaceId).tallies.invalid += count;
    for (const [workspaceId, count] of batch.ahead) held.state(workspaceId).tallies.ahead += count;
    const states = this.#statesOf(batch);
    // Rows of a batch lie in it partition by partition: none is late for that.
    const together = new Map([...new Set(states)].map(({ watermark }) => [watermark, new Set(awaited)]));
    states.forEach(({ watermark }, row) => {
      together.get(watermark)?.add(batch.partitions[row] ?? 0);
    });
    for (const [watermark, expected] of together) watermark.expect(partitions, expected);
    const groups = this.#groupsOf(batch);
    states.forEach((state, row) => {
      const time = {
        partition: batch.partitions[row] ?? 0,
        timeMs: batch.times[row] ?? 0,
        loggedMs: batch.logged[row] ?? 0,
      };
      state.watermark.begin(time);
      this.#applyRow(batch, row, { workspaceId: batch.workspaces[row] ?? '', state, groups });
      state.watermark.observe(time);
    });
    this.#placed = undefined;
    // Their windows were open when the rows came, whatever came after.
    for (const { sum, startMs, endMs, ...place } of this.#sums?.take() ?? [])
      held.cellOf(place, { startMs, endMs }).include(sum);
  }

  #applyRow(
    batch: RowBatch,
    row: number,
    { workspaceId, state, groups }: { workspaceId: string; state: WorkspaceState; groups: PlacedRows },
  ): void {
    const { windows } = this.#held.pipeline;
    const watermarkMs = state.watermark.valueMs;
    const isClosed = this.#sums && ((endMs: number): boolean => this.#held.isClosed(endMs, watermarkMs));
    let late = false;
    let overflow = false;
    for (const placed of groups) {
      const group = placed[row];
      if (group === undefined) {
        overflow = true;
        continue;
      }
      const summedUp =
        isClosed !== undefined && this.#sums?.add(batch, row, { workspaceId, group, isClosed }) === true;
      for (let window = 0; window < windows.length; window += 1) {
        const declared = windows[window];
        if (declared === undefined || (summedUp && declared.kind !== 'session')) continue;
        const place = { workspaceId, group, window };
        const taken =
          declared.kind === 'session'
            ? this.#addToSession(batch, row, { place, watermarkMs, gapMs: declared.gapMs })
            : this.#addToAligned(batch, row, { place, watermarkMs, declared });
        if (!taken) late = true;
      }
    }
    if (late) state.tallies.late += 1;
    if (overflow) state.tallies.overflow += 1;
  }

  #addToAligned(
    batch: RowBatch,
    row: number,
    { place, watermarkMs, declared }: Placed & { readonly declared: Exclude<Window, { kind: 'session' }> },
  ): boolean {
    let taken = true;
    const timeMs = batch.times[row] ?? 0;
    const stepMs = stepOf(declared);
    // As `windowStarts`, of which most have one: no list is made for it.
    let startMs = latestStart(declared, timeMs);
    for (; startMs > timeMs - declared.sizeMs; startMs -= stepMs) {
      const endMs = startMs + declared.sizeMs;
      if (this.#held.isClosed(endMs, watermarkMs)) taken = false;
      else this.#held.cellOf(place, { startMs, endMs }).add(batch, row);
    }
    return taken;
  }

  /** A row may be the start of a session, make one longer, or join two that were apart. */
  #addToSession(
    batch: RowBatch,
    row: number,
    { place, watermarkMs, gapMs }: Placed & { readonly gapMs: number },
  ): boolean {
    const timeMs = batch.times[row] ?? 0;
    const session = this.#held.sessionOf(place, { startMs: timeMs, endMs: timeMs + gapMs }, watermarkMs);
    session?.add(batch, row);
    return session !== undefined;
  }

  /** What changed since this was last called. Windows that are closed, or empty, are let go. */
  takeChanges(): Changes {
    return this.#held.takeChanges();
  }
}

/** The groups of the rows of a batch: by grouping, then by row. */
type PlacedRows = readonly (readonly (Group | undefined)[])[];

interface Placed {
  readonly place: WindowPlace;
  readonly watermarkMs: number;
}
