import { type Clock, CodedError } from '@tributary/runtime';
import type { EventLog, LogRecord } from '../event-log/port.ts';
import type { Sql } from '../relational/port.ts';
import { Backlog } from './embedded-backlog.ts';
import { resultsOf, storeChanges, storeClosing } from './embedded-commit.ts';
import type { DeployedPipeline } from './embedded-pipelines.ts';
import {
  readCells,
  readEmptyGroups,
  readNextGroupId,
  readPositions,
  readWorkspace,
} from './embedded-state.ts';
import { type MeasurePlan, planMeasures } from './measure-plan.ts';
import type { Pipeline, PipelineResults } from './port.ts';
import { RecentIds } from './recent-ids.ts';
import { type RowReader, rowReader } from './row-batch.ts';
import type { Changes } from './window-changes.ts';
import { Windower } from './windower.ts';

/** Events in which a repeated id is noticed, by partition: many times what the relay hands on at once. */
const repeatHorizon = 10_000;
/** Groups and windows held in memory; beyond, all are let go and read again as they are needed. */
const maxHeld = 200_000;
const readStep = 1_000;

export interface RunnerDeps {
  readonly sql: Sql;
  readonly eventLog: EventLog;
  /** Which log that is. */
  readonly logId: string;
  readonly clock: Clock;
}

/** What a batch did, ready to be stored. */
export interface PreparedBatch {
  readonly results: readonly PipelineResults[];
  store(tx: Sql): Promise<void>;
}

/** One pipeline at work in the process that leads. Everything in it can be rebuilt from the store and the log. */
export class PipelineRunner {
  readonly deployed: DeployedPipeline;
  readonly #deps: RunnerDeps;
  readonly #plan: MeasurePlan;
  readonly #read: RowReader;
  readonly #recent = new Map<number, RecentIds>();
  readonly #topicId: string | undefined;
  readonly #positions: Map<number, number>;
  readonly #backlog: Backlog;
  #windower: Windower;

  private constructor(
    deployed: DeployedPipeline,
    deps: RunnerDeps,
    start: {
      readonly topicId: string | undefined;
      readonly positions: Map<number, number>;
      readonly ends: readonly number[];
      readonly firstGroupId: number;
    },
  ) {
    this.deployed = deployed;
    this.#deps = deps;
    this.#plan = planMeasures(deployed.pipeline);
    this.#read = rowReader(deployed.pipeline, this.#plan);
    this.#topicId = start.topicId;
    this.#positions = start.positions;
    this.#backlog = new Backlog(deployed.pipeline, { ...deps, ends: start.ends });
    this.#windower = this.#newWindower(start.firstGroupId);
  }

  /** Goes on from where the last commit left off. */
  static async resume(deployed: DeployedPipeline, deps: RunnerDeps): Promise<PipelineRunner> {
    const { id, pipeline } = deployed;
    const { topic } = pipeline.source;
    const topicId = await deps.eventLog.topicIdentity(topic);
    const stored = await readPositions(deps.sql, { pipelineId: id, logId: deps.logId, topicId });
    const [beginning, end] = await Promise.all([deps.eventLog.beginning(topic), deps.eventLog.end(topic)]);
    assertReached(pipeline, { stored, end });
    // Retention may have passed a pipeline by that was not run for long.
    const positions = new Map(
      beginning.map((first, partition) => [partition, Math.max(first, stored.get(partition) ?? 0)]),
    );
    const runner = new PipelineRunner(deployed, deps, {
      topicId,
      positions,
      ends: end,
      firstGroupId: await readNextGroupId(deps.sql, id),
    });
    await runner.#recallIds(beginning);
    return runner;
  }

  get positions(): ReadonlyMap<number, number> {
    return this.#positions;
  }

  /** Computes the records of a batch that it has not computed yet; undefined when there are none. */
  async prepare(records: readonly LogRecord[]): Promise<PreparedBatch | undefined> {
    const fresh = records.filter(({ partition, offset }) => offset >= (this.#positions.get(partition) ?? 0));
    if (fresh.length === 0) return undefined;
    const batch = this.#read(
      fresh.filter(({ partition, event }) => this.#recentOf(partition).isNew(event.id)),
    );
    for (const { partition, offset } of fresh) this.#positions.set(partition, offset + 1);
    const { sql } = this.#deps;
    const { id } = this.deployed;
    for (const workspaceId of this.#windower.unknownWorkspaces(batch))
      this.#windower.adoptWorkspace(workspaceId, await readWorkspace(sql, id, workspaceId));
    const crowded = this.#windower.crowdedWorkspaces(batch);
    if (crowded.length > 0) this.#windower.makeRoom(batch, await readEmptyGroups(sql, id, crowded));
    const incomplete = this.#windower.incompleteGroups(batch);
    if (incomplete.length > 0) this.#windower.adoptCells(incomplete, await readCells(sql, id, incomplete));
    const awaited = await this.#backlog.awaited(fresh, this.#positions);
    this.#windower.apply(batch, { partitions: this.#positions.size, awaited });
    const changes = this.#windower.takeChanges();
    return { results: resultsOf(this.deployed, changes), store: (tx) => this.#store(tx, changes) };
  }

  /** Called when a batch is stored: memory stays within its bound. */
  async settle(): Promise<void> {
    if (this.#windower.size > maxHeld)
      this.#windower = this.#newWindower(await readNextGroupId(this.#deps.sql, this.deployed.id));
  }

  async #store(tx: Sql, changes: Changes): Promise<void> {
    const place = { pipelineId: this.deployed.id, logId: this.#deps.logId, topicId: this.#topicId };
    await storeChanges(tx, place, { changes, positions: this.#positions });
    this.#windower.windowsWent(await storeClosing(tx, this.deployed, changes));
  }

  #newWindower(firstGroupId: number): Windower {
    return new Windower({ pipeline: this.deployed.pipeline, plan: this.#plan, firstGroupId });
  }

  #recentOf(partition: number): RecentIds {
    const recent = this.#recent.get(partition) ?? new RecentIds(repeatHorizon);
    this.#recent.set(partition, recent);
    return recent;
  }

  /** The ids before the position are in the log: they are read back rather than kept twice. */
  async #recallIds(beginning: readonly number[]): Promise<void> {
    const { eventLog } = this.#deps;
    const { topic } = this.deployed.pipeline.source;
    for (const [partition, position] of this.#positions) {
      let fromOffset = Math.max(beginning[partition] ?? 0, position - repeatHorizon);
      while (fromOffset < position) {
        const ids = await eventLog.ids({
          topic,
          partition,
          fromOffset,
          limit: Math.min(readStep, position - fromOffset),
        });
        for (const { offset, id } of ids) if (offset < position) this.#recentOf(partition).isNew(id);
        fromOffset = (ids.at(-1)?.offset ?? position) + 1;
      }
    }
  }
}

/**
 * The same topic ends before where a pipeline stands in it: the log was restored to an older state (or the topic was made anew, where the log does not tell), and
 * nobody can tell which of its events are computed already.
 * @throws CodedError CURSOR_INVALID that says what to do
 */
export function assertReached(
  { name, source: { topic } }: Pipeline,
  { stored, end }: { readonly stored: ReadonlyMap<number, number>; readonly end: readonly number[] },
): void {
  for (const [partition, position] of stored) {
    const last = end[partition] ?? 0;
    if (position <= last) continue;
    throw new CodedError(
      'CURSOR_INVALID',
      `The pipeline ${name} stands at offset ${position} of ${topic}/${partition}, which ends at ${last}: the log was restored or the topic made anew. Recompute it, from what the log holds.`,
      { details: { pipeline: name, topic, partition } },
    );
  }
}
