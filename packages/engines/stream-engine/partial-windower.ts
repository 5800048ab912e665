import { HeldWindows, type HeldWindowsOptions } from './held-windows.ts';
import type { PartialSum, Partials, PartialTally } from './partials.ts';
import type { RowTime, Watermark } from './watermark.ts';
import { WindowCell } from './window-cell.ts';
import type { Changes, StoredCell } from './window-changes.ts';
import { windowStarts } from './window-starts.ts';
import type { Group, StoredWorkspace } from './workspace-state.ts';

interface Expected {
  readonly nowMs: number;
  readonly partitions: number;
  readonly awaited: readonly number[];
}

/** The windows of one pipeline in memory: sums of rows in, changed windows out. What it does not hold is handed in before `apply`. */
export class PartialWindower {
  readonly #held: HeldWindows;
  #placed: { readonly partials: Partials; readonly groups: readonly (Group | undefined)[] } | undefined;

  constructor(options: HeldWindowsOptions) {
    this.#held = new HeldWindows(options);
  }

  unknownWorkspaces({ sums, tallies }: Partials): readonly string[] {
    const named = new Set([...sums, ...tallies].map(({ workspaceId }) => workspaceId));
    return [...named].filter((workspaceId) => !this.#held.holds(workspaceId));
  }

  adoptWorkspace(workspaceId: string, stored: StoredWorkspace): void {
    this.#held.adoptWorkspace(workspaceId, stored);
  }

  /** The workspaces in which a group finds no room, although the store may have others without a window. */
  crowdedWorkspaces(partials: Partials): readonly string[] {
    this.#groupsOf(partials);
    return this.#held.crowded();
  }

  /** Forgets those of these groups, which have no window, that nothing came for. */
  makeRoom(partials: Partials, groupIds: readonly number[]): void {
    const needed = new Set(this.#groupsOf(partials).map((group) => group?.id));
    this.#held.makeRoom(new Set(groupIds.filter((id) => !needed.has(id))));
    this.#placed = undefined;
  }

  /** Windows of these workspaces went from the store: groups that have none left may make room for others. */
  windowsWent(workspaceIds: readonly string[]): void {
    this.#held.windowsWent(workspaceIds);
  }

  /** The groups whose open windows are not all held. */
  incompleteGroups(partials: Partials): readonly number[] {
    return [
      ...new Set(this.#groupsOf(partials).flatMap((group) => (group?.complete === false ? [group.id] : []))),
    ];
  }

  adoptCells(groupIds: readonly number[], cells: readonly StoredCell[]): void {
    this.#held.adoptCells(groupIds, cells);
  }

  /** Groups and windows held. */
  get size(): number {
    return this.#held.size;
  }

  /** Adds up what came, by `nowMs`; `awaited` are the partitions, of all `partitions`, whose rows may be older than any of these. */
  apply(partials: Partials, expected: Expected): void {
    const groups = this.#groupsOf(partials);
    this.#placed = undefined;
    partials.sums.forEach((sum, at) => {
      const group = groups[at];
      const { tallies } = this.#held.state(sum.workspaceId);
      if (group === undefined) tallies.overflow += sum.rows;
      else if (!this.#add(sum, group)) tallies.late += sum.rows;
    });
    this.#moveOn(partials.tallies, expected);
    for (const { workspaceId, late, ahead, invalid } of partials.tallies) {
      const { tallies } = this.#held.state(workspaceId);
      tallies.late += late;
      tallies.ahead += ahead;
      tallies.invalid += invalid;
    }
  }

  /** Where the job tells how far event time is, that holds: its rows were judged by it, and those of one partition may have been committed before those of another. */
  #moveOn(tallies: readonly PartialTally[], { nowMs, partitions, awaited }: Expected): void {
    const { allowedLatenessMs } = this.#held.pipeline;
    const untold = new Map<Watermark, RowTime[]>();
    for (const { workspaceId, partition, latestMs, closedMs } of tallies) {
      if (latestMs === null) continue;
      const { watermark } = this.#held.state(workspaceId);
      if (allowedLatenessMs !== null && closedMs !== undefined) {
        watermark.reach(partition, latestMs);
        if (closedMs !== null) watermark.advance(closedMs + allowedLatenessMs);
        continue;
      }
      const rows = untold.get(watermark) ?? [];
      untold.set(watermark, rows);
      rows.push({ partition, timeMs: latestMs, loggedMs: nowMs });
    }
    for (const [watermark, rows] of untold) {
      watermark.expect(partitions, [...awaited, ...rows.map(({ partition }) => partition)]);
      for (const row of rows) {
        watermark.begin(row);
        watermark.observe(row);
      }
    }
  }

  takeChanges(): Changes {
    return this.#held.takeChanges();
  }

  #groupsOf(partials: Partials): readonly (Group | undefined)[] {
    if (this.#placed?.partials === partials) return this.#placed.groups;
    const groups = partials.sums.map(({ workspaceId, grouping, key }) =>
      this.#held.state(workspaceId).groupOfKey(grouping, key),
    );
    for (const workspaceId of new Set(partials.sums.map((sum) => sum.workspaceId)))
      this.#held.register(workspaceId);
    this.#placed = { partials, groups };
    return groups;
  }

  /**
   * False when rows are late that whoever summed them up has not counted as such. What is stored closes windows too: the event time that was reached before
   * the job forgot it.
   */
  #add(sum: PartialSum, group: Group): boolean {
    const { workspaceId, family, firstMs, lastMs, closedMs, rows, state } = sum;
    const { pipeline, plan } = this.#held;
    const stored = this.#held.state(workspaceId).watermark.valueMs;
    const told = closedMs === null ? Number.NEGATIVE_INFINITY : closedMs + (pipeline.allowedLatenessMs ?? 0);
    const watermarkMs = Math.max(stored, told);
    if (family.kind === 'session') {
      const { window, gapMs } = family;
      const bounds = { startMs: firstMs, endMs: lastMs + gapMs };
      const session = this.#held.sessionOf({ workspaceId, group, window }, bounds, watermarkMs);
      session?.include(new WindowCell(plan, bounds, { rows, state }));
      return session !== undefined || sum.grouping > 0 || this.#isLateAnyway(lastMs, watermarkMs);
    }
    const pane = new WindowCell(plan, { startMs: firstMs, endMs: firstMs + family.sizeMs }, { rows, state });
    let taken = true;
    for (const { window, declared } of family.windows)
      for (const startMs of windowStarts(declared, firstMs)) {
        const endMs = startMs + declared.sizeMs;
        if (this.#held.isClosed(endMs, watermarkMs)) taken = false;
        else this.#held.cellOf({ workspaceId, group, window }, { startMs, endMs }).include(pane);
      }
    // Once a row: all its groupings are in the same panes.
    return taken || closedMs !== null || sum.grouping > 0;
  }

  /** Whether rows of that time are counted as late by the aligned windows of the pipeline. */
  #isLateAnyway(timeMs: number, watermarkMs: number): boolean {
    return this.#held.pipeline.windows.some(
      (declared) =>
        declared.kind !== 'session' &&
        windowStarts(declared, timeMs).some((startMs) =>
          this.#held.isClosed(startMs + declared.sizeMs, watermarkMs),
        ),
    );
  }
}
