import type { MeasurePlan } from './measure-plan.ts';
import { PaneSums } from './pane-sums.ts';
import type { Pipeline, Window } from './port.ts';
import type { RowBatch } from './row-batch.ts';
import { WindowCell } from './window-cell.ts';
import type { CellChange, CellRemoval, Changes, StoredCell } from './window-changes.ts';
import { windowStarts } from './window-starts.ts';
import { type Group, type StoredWorkspace, type Tallies, WorkspaceState } from './workspace-state.ts';

export interface WindowerOptions {
  readonly pipeline: Pipeline;
  readonly plan: MeasurePlan;
  /** Group ids go on from here. */
  readonly firstGroupId: number;
}

/**
 * The windows of one pipeline in memory: rows in, changed windows out. It does no I/O: what it does not hold, its caller reads from the
 * store and hands in before `apply`.
 */
export class Windower {
  readonly #pipeline: Pipeline;
  readonly #plan: MeasurePlan;
  readonly #workspaces = new Map<string, WorkspaceState>();
  readonly #touched = new Set<string>();
  readonly #groupsById = new Map<number, Group>();
  readonly #shortestMs: number;
  /** Undefined where rows are taken back (a sum of rows that leave is no summary), and where all windows are sessions. */
  readonly #sums: PaneSums | undefined;
  #placed:
    | { readonly batch: RowBatch; readonly groups: readonly (readonly (Group | undefined)[])[] }
    | undefined;
  #nextGroupId: number;
  #cells = 0;
  #changed: Omit<CellChange, 'values'>[] = [];
  #removed: CellRemoval[] = [];

  constructor({ pipeline, plan, firstGroupId }: WindowerOptions) {
    this.#pipeline = pipeline;
    this.#plan = plan;
    this.#nextGroupId = firstGroupId;
    this.#sums = pipeline.source.rows === 'properties' ? PaneSums.of(plan, pipeline.windows) : undefined;
    this.#shortestMs = Math.min(
      ...pipeline.windows.map((window) => (window.kind === 'session' ? window.gapMs : window.sizeMs)),
    );
  }

  /** The workspaces of a batch that are not held. */
  unknownWorkspaces(batch: RowBatch): readonly string[] {
    const named = new Set([...batch.workspaces, ...batch.invalid.keys(), ...batch.ahead.keys()]);
    return [...named].filter((workspaceId) => !this.#workspaces.has(workspaceId));
  }

  adoptWorkspace(workspaceId: string, stored: StoredWorkspace, nowMs: number): void {
    const nextId = (): number => this.#nextGroupId++;
    const state = new WorkspaceState(this.#pipeline, { stored, nextId, nowMs });
    this.#workspaces.set(workspaceId, state);
    for (const group of state.groups()) this.#groupsById.set(group.id, group);
  }

  /** The groups of a batch whose open windows are not all held. */
  incompleteGroups(batch: RowBatch): readonly number[] {
    const ids = new Set<number>();
    for (const groups of this.#groupsOf(batch))
      for (const group of groups) if (group?.complete === false) ids.add(group.id);
    return [...ids];
  }

  #groupsOf(batch: RowBatch): PlacedRows {
    if (this.#placed?.batch === batch) return this.#placed.groups;
    const groups = this.#pipeline.groupings.map((_, grouping) =>
      batch.workspaces.map((workspaceId, row) => this.#state(workspaceId).groupOf(batch, row, grouping)),
    );
    for (const workspaceId of new Set(batch.workspaces))
      for (const group of this.#state(workspaceId).newGroups) this.#groupsById.set(group.id, group);
    this.#placed = { batch, groups };
    return groups;
  }

  /** All open windows of these groups, and that there are no others. */
  adoptCells(groupIds: readonly number[], cells: readonly StoredCell[]): void {
    for (const { groupId, window, ...cell } of cells) {
      const cells = this.#groupsById.get(groupId)?.cells[window];
      cells?.set(cell.startMs, new WindowCell(this.#plan, cell, cell));
      this.#cells += 1;
    }
    for (const id of groupIds) {
      const group = this.#groupsById.get(id);
      if (group !== undefined) group.complete = true;
    }
  }

  /** Groups and windows held. */
  get size(): number {
    return this.#groupsById.size + this.#cells;
  }

  /** Computes a batch; what it needs was handed in. `nowMs` is any clock that never runs back. */
  apply(batch: RowBatch, nowMs: number): void {
    for (const [workspaceId, count] of batch.invalid) this.#state(workspaceId).tallies.invalid += count;
    for (const [workspaceId, count] of batch.ahead) this.#state(workspaceId).tallies.ahead += count;
    const states = batch.workspaces.map((workspaceId) => this.#state(workspaceId));
    states.forEach(({ watermark }, row) => {
      watermark.expect(batch.partitions[row] ?? 0, nowMs);
    });
    const groups = this.#groupsOf(batch);
    states.forEach((state, row) => {
      this.#applyRow(batch, row, { workspaceId: batch.workspaces[row] ?? '', state, groups });
      state.watermark.observe(batch.partitions[row] ?? 0, batch.times[row] ?? 0, nowMs);
    });
    this.#placed = undefined;
    // Their windows were open when the rows came, whatever came after.
    for (const { workspaceId, group, window, sum, ...bounds } of this.#sums?.take() ?? []) {
      const cell = this.#cellOf({ group, window }, bounds);
      cell.include(sum);
      this.#mark({ workspaceId, group, window }, cell);
    }
  }

  #state(workspaceId: string): WorkspaceState {
    const state = this.#workspaces.get(workspaceId);
    if (state === undefined) throw new TypeError('a workspace is handed in before its rows');
    this.#touched.add(workspaceId);
    return state;
  }

  #applyRow(
    batch: RowBatch,
    row: number,
    { workspaceId, state, groups }: { workspaceId: string; state: WorkspaceState; groups: PlacedRows },
  ): void {
    const { windows } = this.#pipeline;
    const watermarkMs = state.watermark.valueMs;
    const isClosed = (endMs: number): boolean => this.#isClosed(endMs, watermarkMs);
    let late = false;
    let overflow = false;
    for (const placed of groups) {
      const group = placed[row];
      if (group === undefined) {
        overflow = true;
        continue;
      }
      const summedUp = this.#sums?.add(batch, row, { workspaceId, group, isClosed }) === true;
      for (let window = 0; window < windows.length; window += 1) {
        const declared = windows[window];
        if (declared === undefined || (summedUp && declared.kind !== 'session')) continue;
        const at = { workspaceId, group, window, watermarkMs };
        const taken =
          declared.kind === 'session'
            ? this.#addToSession(batch, row, { ...at, gapMs: declared.gapMs })
            : this.#addToAligned(batch, row, { ...at, declared });
        if (!taken) late = true;
      }
    }
    if (late) state.tallies.late += 1;
    if (overflow) state.tallies.overflow += 1;
  }

  #cellOf(
    { group, window }: Pick<Place, 'group' | 'window'>,
    bounds: { readonly startMs: number; readonly endMs: number },
  ): WindowCell {
    const known = group.cells[window]?.get(bounds.startMs);
    if (known !== undefined) return known;
    const cell = new WindowCell(this.#plan, bounds);
    group.cells[window]?.set(bounds.startMs, cell);
    this.#cells += 1;
    return cell;
  }

  #addToAligned(
    batch: RowBatch,
    row: number,
    { declared, watermarkMs, ...at }: Place & { readonly declared: Exclude<Window, { kind: 'session' }> },
  ): boolean {
    let taken = true;
    for (const startMs of windowStarts(declared, batch.times[row] ?? 0)) {
      const endMs = startMs + declared.sizeMs;
      if (this.#isClosed(endMs, watermarkMs)) {
        taken = false;
        continue;
      }
      const cell = this.#cellOf(at, { startMs, endMs });
      cell.add(batch, row);
      this.#mark(at, cell);
    }
    return taken;
  }

  /** A row may be the start of a session, make one longer, or join two that were apart. */
  #addToSession(
    batch: RowBatch,
    row: number,
    { gapMs, watermarkMs, ...at }: Place & { readonly gapMs: number },
  ): boolean {
    const timeMs = batch.times[row] ?? 0;
    const bounds = { startMs: timeMs, endMs: timeMs + gapMs };
    const cells = at.group.cells[at.window] ?? new Map<number, WindowCell>();
    const joined = [...cells.values()].filter(
      ({ startMs, endMs }) => timeMs < endMs && bounds.endMs > startMs && !this.#isClosed(endMs, watermarkMs),
    );
    if (this.#isClosed(Math.max(bounds.endMs, ...joined.map(({ endMs }) => endMs)), watermarkMs))
      return false;
    const before = joined.map(({ startMs, endMs }) => ({ startMs, endMs }));
    const [session = new WindowCell(this.#plan, bounds), ...others] = joined;
    for (const { startMs } of before) cells.delete(startMs);
    session.add(batch, row);
    session.widen(bounds);
    for (const other of others) session.absorb(other);
    cells.set(session.startMs, session);
    this.#cells += 1 - joined.length;
    for (const old of before) if (old.startMs !== session.startMs) this.#removed.push({ ...at, ...old });
    this.#mark(at, session);
    return true;
  }

  #isClosed(endMs: number, watermarkMs: number): boolean {
    const { allowedLatenessMs } = this.#pipeline;
    return allowedLatenessMs !== null && endMs + allowedLatenessMs <= watermarkMs;
  }

  #mark({ workspaceId, group, window }: Omit<Place, 'watermarkMs'>, cell: WindowCell): void {
    if (cell.changed) return;
    cell.changed = true;
    this.#changed.push({ workspaceId, group, window, cell });
  }

  /** What changed since this was last called. Windows that are closed, or empty, are let go. */
  takeChanges(): Changes {
    const changed = this.#changed.filter(
      ({ group, window, cell }) => group.cells[window]?.get(cell.startMs) === cell,
    );
    const emptied = changed.filter(({ cell }) => cell.rows === 0);
    const removed = [
      ...this.#removed,
      ...emptied.map(({ cell, ...at }) => ({ ...at, startMs: cell.startMs, endMs: cell.endMs })),
    ];
    for (const { cell } of this.#changed) cell.changed = false;
    for (const { group, window, cell } of emptied) group.cells[window]?.delete(cell.startMs);
    this.#cells -= emptied.length;
    const touched = [...this.#touched].map((workspaceId) => ({
      workspaceId,
      state: this.#state(workspaceId),
    }));
    const changes = {
      groups: touched.flatMap(({ workspaceId, state }) =>
        state.newGroups.splice(0).map((group) => ({ workspaceId, group })),
      ),
      removed,
      changed: changed
        .filter(({ cell }) => cell.rows !== 0)
        .map((change) => ({ ...change, values: change.cell.values() })),
      workspaces: touched.map(({ workspaceId, state }) => ({
        workspaceId,
        tallies: takeTallies(state.tallies),
        watermarkMs: Number.isFinite(state.watermark.valueMs) ? state.watermark.valueMs : null,
        latest: state.watermark.latest(),
        hasClosed: this.#letGoClosed(state),
      })),
    };
    this.#changed = [];
    this.#removed = [];
    this.#touched.clear();
    return changes;
  }

  /** Looks through the windows once for each time that event time has come a window further; tells whether it did. */
  #letGoClosed(state: WorkspaceState): boolean {
    const { valueMs } = state.watermark;
    const { allowedLatenessMs, keepMs } = this.#pipeline;
    if (valueMs < state.sweepAtMs || (allowedLatenessMs === null && keepMs === null)) return false;
    state.sweepAtMs = valueMs + this.#shortestMs;
    for (const group of state.groups())
      for (const cells of group.cells)
        for (const [startMs, { endMs }] of cells)
          if (this.#isClosed(endMs, valueMs) && cells.delete(startMs)) this.#cells -= 1;
    return true;
  }
}

/** The groups of the rows of a batch: by grouping, then by row. */
type PlacedRows = readonly (readonly (Group | undefined)[])[];

interface Place {
  readonly workspaceId: string;
  readonly group: Group;
  readonly window: number;
  readonly watermarkMs: number;
}

function takeTallies(tallies: Tallies): Tallies {
  const taken = { ...tallies };
  Object.assign(tallies, { late: 0, ahead: 0, invalid: 0, overflow: 0 });
  return taken;
}
