import type { MeasurePlan } from './measure-plan.ts';
import type { Pipeline } from './port.ts';
import { SessionCells } from './session-cells.ts';
import { WindowCell } from './window-cell.ts';
import type { CellChange, CellRemoval, Changes, StoredCell } from './window-changes.ts';
import { type Group, type StoredWorkspace, type Tallies, WorkspaceState } from './workspace-state.ts';

export interface HeldWindowsOptions {
  readonly pipeline: Pipeline;
  readonly plan: MeasurePlan;
  /** Group ids go on from here. */
  readonly firstGroupId: number;
}

/** A window of a group. */
export interface WindowPlace {
  readonly workspaceId: string;
  readonly group: Group;
  /** Among the pipeline's. */
  readonly window: number;
}

interface Bounds {
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * The open windows of one pipeline in memory, and what changed in them. It does no I/O: what it does not hold, its caller reads from the store and hands in
 * before it is asked for.
 */
export class HeldWindows {
  readonly pipeline: Pipeline;
  readonly plan: MeasurePlan;
  readonly #workspaces = new Map<string, WorkspaceState>();
  readonly #touched = new Set<string>();
  readonly #groupsById = new Map<number, Group>();
  readonly #shortestMs: number;
  #nextGroupId: number;
  #weight = 0;
  #changed: Omit<CellChange, 'values'>[] = [];
  #removed: CellRemoval[] = [];
  #forgotten: number[] = [];

  constructor({ pipeline, plan, firstGroupId }: HeldWindowsOptions) {
    this.pipeline = pipeline;
    this.plan = plan;
    this.#nextGroupId = firstGroupId;
    this.#shortestMs = Math.min(
      ...pipeline.windows.map((window) => (window.kind === 'session' ? window.gapMs : window.sizeMs)),
    );
  }

  holds(workspaceId: string): boolean {
    return this.#workspaces.has(workspaceId);
  }

  adoptWorkspace(workspaceId: string, stored: StoredWorkspace): void {
    const nextId = (): number => this.#nextGroupId++;
    const state = new WorkspaceState(this.pipeline, { stored, nextId });
    this.#workspaces.set(workspaceId, state);
    for (const group of state.groups()) this.#groupsById.set(group.id, group);
  }

  /** All open windows of these groups, and that there are no others. */
  adoptCells(groupIds: readonly number[], cells: readonly StoredCell[]): void {
    for (const { groupId, window, ...cell } of cells) {
      const held = new WindowCell(this.plan, cell, cell);
      this.#groupsById.get(groupId)?.cells[window]?.set(cell.startMs, held);
      this.#weigh(held);
    }
    for (const id of groupIds) {
      const group = this.#groupsById.get(id);
      if (group !== undefined) group.complete = true;
    }
  }

  /** Groups that were just made, by their ids. */
  register(workspaceId: string): void {
    for (const group of this.state(workspaceId).newGroups) this.#groupsById.set(group.id, group);
  }

  /** The workspaces in which a group found no room, although the store may have others without a window. */
  crowded(): readonly string[] {
    return [...this.#workspaces].flatMap(([workspaceId, { wantsRoom }]) => (wantsRoom ? [workspaceId] : []));
  }

  /** Forgets groups that have no window, of the workspaces that are crowded. */
  makeRoom(groupIds: ReadonlySet<number>): void {
    for (const workspaceId of this.crowded()) this.state(workspaceId).forget(groupIds);
    for (const id of groupIds) if (this.#groupsById.delete(id)) this.#forgotten.push(id);
  }

  /** Windows of these workspaces went from the store: groups that have none left may make room for others. */
  windowsWent(workspaceIds: readonly string[]): void {
    for (const workspaceId of workspaceIds) this.#workspaces.get(workspaceId)?.windowsWent();
  }

  /** Groups and windows held; one that keeps many values counts as several (`WindowCell.weigh`). */
  get size(): number {
    return this.#groupsById.size + this.#weight;
  }

  state(workspaceId: string): WorkspaceState {
    const state = this.#workspaces.get(workspaceId);
    if (state === undefined) throw new TypeError('a workspace is handed in before its rows');
    this.#touched.add(workspaceId);
    return state;
  }

  /** The window that begins there, which is to change. */
  cellOf(place: WindowPlace, bounds: Bounds): WindowCell {
    const cells = place.group.cells[place.window];
    const known = cells?.get(bounds.startMs);
    const cell = known ?? new WindowCell(this.plan, bounds);
    if (known === undefined) cells?.set(bounds.startMs, cell);
    this.#mark(place, cell);
    return cell;
  }

  /**
   * The session that rows of these bounds (the end is a gap after the last) belong to: a new one, one that grows, or several that they join; undefined when
   * rows of that time are late, also where an open session would have them: a closed one, which is no longer held, may begin at the same moment, and what
   * it counted would be replaced. The caller adds the rows.
   */
  sessionOf(place: WindowPlace, bounds: Bounds, watermarkMs: number): WindowCell | undefined {
    if (this.isClosed(bounds.endMs, watermarkMs)) return undefined;
    const held = place.group.cells[place.window];
    const cells = held instanceof SessionCells ? held : new SessionCells();
    const joined = cells.around(bounds).filter(({ endMs }) => !this.isClosed(endMs, watermarkMs));
    const before = joined.map(({ startMs, endMs }) => ({ startMs, endMs }));
    const [session = new WindowCell(this.plan, bounds), ...others] = joined;
    for (const { startMs } of before) cells.delete(startMs);
    session.widen(bounds);
    for (const other of others) {
      session.absorb(other);
      this.#weight -= other.weight;
    }
    cells.set(session.startMs, session);
    for (const old of before) if (old.startMs !== session.startMs) this.#removed.push({ ...place, ...old });
    this.#mark(place, session);
    return session;
  }

  isClosed(endMs: number, watermarkMs: number): boolean {
    const { allowedLatenessMs } = this.pipeline;
    return allowedLatenessMs !== null && endMs + allowedLatenessMs <= watermarkMs;
  }

  #mark({ workspaceId, group, window }: WindowPlace, cell: WindowCell): void {
    if (cell.changed) return;
    cell.changed = true;
    this.#changed.push({ workspaceId, group, window, cell });
  }

  #weigh(cell: WindowCell): void {
    this.#weight -= cell.weight;
    cell.weigh();
    this.#weight += cell.weight;
  }

  /** What changed since this was last called. Windows that are closed, or empty, are let go; of sums that took back what was never there, less than nothing may be left. */
  takeChanges(): Changes {
    const changed: CellChange[] = [];
    const emptied: Omit<CellChange, 'values'>[] = [];
    for (const { workspaceId, group, window, cell } of this.#changed) {
      cell.changed = false;
      if (group.cells[window]?.get(cell.startMs) !== cell) continue;
      this.#weigh(cell);
      if (cell.rows <= 0) emptied.push({ workspaceId, group, window, cell });
      else changed.push({ workspaceId, group, window, cell, values: cell.values() });
    }
    const removed = [
      ...this.#removed,
      ...emptied.map(({ cell, ...at }) => ({ ...at, startMs: cell.startMs, endMs: cell.endMs })),
    ];
    for (const { group, window, cell } of emptied) {
      group.cells[window]?.delete(cell.startMs);
      this.#weight -= cell.weight;
    }
    const touched = [...this.#touched].map((workspaceId) => ({
      workspaceId,
      state: this.state(workspaceId),
    }));
    // A session that is joined goes into another one of its group: only what was emptied leaves room.
    this.windowsWent(emptied.map(({ workspaceId }) => workspaceId));
    const changes = {
      forgotten: this.#forgotten,
      groups: touched.flatMap(({ workspaceId, state }) =>
        state.newGroups.splice(0).map((group) => ({ workspaceId, group })),
      ),
      removed,
      changed,
      workspaces: touched.map(({ workspaceId, state }) => ({
        workspaceId,
        tallies: takeTallies(state.tallies),
        watermark: state.watermark.stored(),
        hasClosed: this.#letGoClosed(state),
      })),
    };
    this.#changed = [];
    this.#removed = [];
    this.#forgotten = [];
    this.#touched.clear();
    return changes;
  }

  /** Looks through the windows once for each time that event time has come a window further; tells whether it did. */
  #letGoClosed(state: WorkspaceState): boolean {
    const { valueMs } = state.watermark;
    const { allowedLatenessMs, keepMs } = this.pipeline;
    if (valueMs < state.sweepAtMs || (allowedLatenessMs === null && keepMs === null)) return false;
    state.sweepAtMs = valueMs + this.#shortestMs;
    for (const group of state.groups())
      for (const cells of group.cells)
        for (const [startMs, { endMs, weight }] of cells)
          if (this.isClosed(endMs, valueMs) && cells.delete(startMs)) this.#weight -= weight;
    return true;
  }
}

function takeTallies(tallies: Tallies): Tallies {
  const taken = { ...tallies };
  Object.assign(tallies, { late: 0, ahead: 0, invalid: 0, overflow: 0 });
  return taken;
}
