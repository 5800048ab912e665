import type { Clock } from '@tributary/runtime';
import type { Sql } from '../relational/port.ts';
import { resultsOf, storeChanges, storeClosing } from './embedded-commit.ts';
import type { DeployedPipeline } from './embedded-pipelines.ts';
import {
  readCells,
  readEmptyGroups,
  readNextGroupId,
  readPositions,
  readTopicId,
  readWorkspace,
} from './embedded-state.ts';
import { ResultReader, resultRecord } from './flink-results.ts';
import { type MeasurePlan, planMeasures } from './measure-plan.ts';
import { PartialWindower } from './partial-windower.ts';
import type { PipelineResults } from './port.ts';

/** Groups and windows held in memory; beyond, all are let go and read again as they are needed. */
const maxHeld = 200_000;

export interface FlinkRunnerDeps {
  readonly sql: Sql;
  readonly logId: string;
  /** The topic that is there now. */
  readonly topicId: string | undefined;
  readonly clock: Clock;
  /** By partition: where the log ended when this began. Until all is read to there, older rows are to come, from whichever partition was read last. */
  readonly ends: readonly number[];
  /** As `Generation.seen`. */
  readonly seen: ReadonlyMap<number, number>;
}

export interface PreparedResults {
  /** As `Generation.seen`, with these. */
  readonly seen: ReadonlyMap<number, number>;
  readonly results: readonly PipelineResults[];
  store(tx: Sql): Promise<void>;
}

/** Adds what a pipeline's job computed to the stored windows. Everything in it can be rebuilt from the store. */
export class FlinkRunner {
  /** The topic that the positions are of, as long as the pipeline is not computed anew; undefined where nobody knows. */
  readonly topicId: string | undefined;
  readonly #deployed: DeployedPipeline;
  readonly #deps: FlinkRunnerDeps;
  readonly #plan: MeasurePlan;
  readonly #reader: ResultReader;
  readonly #positions: Map<number, number>;
  readonly #seen: Map<number, number>;
  #windower: PartialWindower;

  private constructor(
    deployed: DeployedPipeline,
    deps: FlinkRunnerDeps,
    start: {
      readonly topicId: string | undefined;
      readonly positions: Map<number, number>;
      readonly firstGroupId: number;
    },
  ) {
    this.#deployed = deployed;
    this.#deps = deps;
    this.#plan = planMeasures(deployed.pipeline);
    this.#reader = new ResultReader(deployed.pipeline, this.#plan);
    this.topicId = start.topicId;
    this.#positions = start.positions;
    this.#seen = new Map(deps.seen);
    this.#windower = this.#newWindower(start.firstGroupId);
  }

  static async resume(deployed: DeployedPipeline, deps: FlinkRunnerDeps): Promise<FlinkRunner> {
    const place = { pipelineId: deployed.id, logId: deps.logId };
    const positions = await readPositions(deps.sql, place);
    return new FlinkRunner(deployed, deps, {
      topicId: (await readTopicId(deps.sql, place)) ?? deps.topicId,
      positions,
      firstGroupId: await readNextGroupId(deps.sql, deployed.id),
    });
  }

  get positions(): ReadonlyMap<number, number> {
    return this.#positions;
  }

  /** Adds up records; positions move where all that is committed with them is here (`whole`). */
  async prepare(values: readonly Buffer[], whole: boolean): Promise<PreparedResults> {
    const partials = this.#reader.read(values.map(resultRecord));
    const { sql, clock } = this.#deps;
    const { id } = this.#deployed;
    const inLog = { pipelineId: id, logId: this.#deps.logId, topicId: this.topicId };
    for (const workspaceId of this.#windower.unknownWorkspaces(partials))
      this.#windower.adoptWorkspace(workspaceId, await readWorkspace(sql, id, workspaceId));
    const crowded = this.#windower.crowdedWorkspaces(partials);
    if (crowded.length > 0) this.#windower.makeRoom(partials, await readEmptyGroups(sql, id, crowded));
    const incomplete = this.#windower.incompleteGroups(partials);
    if (incomplete.length > 0) this.#windower.adoptCells(incomplete, await readCells(sql, id, incomplete));
    this.#windower.apply(partials, {
      nowMs: clock.now(),
      partitions: this.#deps.ends.length,
      awaited: this.#awaited(),
    });
    for (const [partition, position] of partials.positions)
      this.#seen.set(partition, Math.max(position, this.#seen.get(partition) ?? 0));
    if (whole) {
      for (const [partition, position] of this.#seen)
        this.#positions.set(partition, Math.max(position, this.#positions.get(partition) ?? 0));
      this.#seen.clear();
    }
    const changes = this.#windower.takeChanges();
    return {
      seen: new Map(this.#seen),
      results: resultsOf(this.#deployed, changes),
      store: async (tx) => {
        await storeChanges(tx, inLog, { changes, positions: this.#positions });
        this.#windower.windowsWent(await storeClosing(tx, this.#deployed, changes));
      },
    };
  }

  /** Called when results are stored: memory stays within its bound. */
  async settle(): Promise<void> {
    if (this.#windower.size > maxHeld)
      this.#windower = this.#newWindower(await readNextGroupId(this.#deps.sql, this.#deployed.id));
  }

  /** Partitions that are not read to where they ended. */
  #awaited(): readonly number[] {
    return this.#deps.ends.flatMap((end, partition) =>
      (this.#positions.get(partition) ?? 0) < end ? [partition] : [],
    );
  }

  #newWindower(firstGroupId: number): PartialWindower {
    return new PartialWindower({ pipeline: this.#deployed.pipeline, plan: this.#plan, firstGroupId });
  }
}
