import type { ErrorCode } from '@tributary/runtime';
import type { Filter } from '../filter/port.ts';
import type { Sql } from '../relational/port.ts';
import type { ValueType } from './value-type.ts';

/** What is computed over the rows of a window; each ignores nulls, as SQL does. */
export type Measure =
  | { readonly name: string; readonly function: 'count' }
  | {
      readonly name: string;
      readonly function: 'sum' | 'avg' | 'min' | 'max' | 'distinct';
      readonly field: string;
    }
  | {
      readonly name: string;
      readonly function: 'percentile';
      readonly field: string;
      /** Between 0 and 100, both excluded. */
      readonly percentile: number;
    };

/** Windows lie on the UTC time line; starts are inside, ends are not. */
export type Window =
  | { readonly name: string; readonly kind: 'tumble'; readonly sizeMs: number; readonly offsetMs: number }
  | {
      readonly name: string;
      readonly kind: 'hop';
      /** A multiple of the slide: each row is in `sizeMs / slideMs` windows. */
      readonly sizeMs: number;
      readonly slideMs: number;
      readonly offsetMs: number;
    }
  /** Rows of a group with less than the gap between them are one window; it ends a gap after its last row. */
  | { readonly name: string; readonly kind: 'session'; readonly gapMs: number };

/** A continuous query over one topic: pure data, in the subset that an in-process windower and Flink SQL both have. */
export interface Pipeline {
  readonly name: string;
  readonly source: {
    readonly topic: string;
    readonly types: readonly string[];
    /** Only events whose `data` has this value in this field. */
    readonly only: { readonly field: string; readonly value: string } | undefined;
    /**
     * `properties`: each event adds the row `data.properties`. `changes`: each takes `data.before` back and adds `data.after`, so that
     * windows always show what is there now.
     */
    readonly rows: 'properties' | 'changes';
  };
  /**
   * What fields of the row hold, where rows of before may hold something else: a value of another type is none, numbers and truths where a text is declared are the texts that they are
   * written as. A field that is not named holds what it holds.
   */
  readonly types?: Readonly<Record<string, ValueType>>;
  /** The row's field that holds the event time in RFC 3339; the event's own `time` when undefined. */
  readonly timeField: string | undefined;
  readonly filter: Filter | undefined;
  readonly dimensions: readonly string[];
  /** The sets of dimensions that windows are kept by; `[]` is the total. Only these can be read. */
  readonly groupings: readonly (readonly string[])[];
  readonly measures: readonly Measure[];
  readonly windows: readonly Window[];
  /** How far rows may lie behind the latest one before the watermark passes them. */
  readonly outOfOrdernessMs: number;
  /** Rows still update a window this long after the watermark passed its end; then they are counted as late and kept out. Null: always. */
  readonly allowedLatenessMs: number | null;
  /** A partition silent for this long holds the watermark back no more; where no row is yet, it is silent since the first one of the others. */
  readonly idleAfterMs: number;
  /** What becomes of rows that lie further ahead of the log's own time; undefined: nothing, they may. */
  readonly ahead: { readonly mostMs: number; readonly policy: 'refuse' | 'clamp' } | undefined;
  /**
   * Groups of one grouping a workspace may have at a time; rows of further groups are counted as overflow and kept out. A group without a window left makes
   * room for others; where rows are `changes`, until the first was kept out, and a bound that is raised computes the pipeline anew.
   */
  readonly maxGroups: number;
  /** Windows are removed this long after the watermark passed their end; null: never. */
  readonly keepMs: number | null;
}

export type { ValueType } from './value-type.ts';

export type DimensionValue = string | number | boolean | null;

/** One window of one group as of now. It changes as long as rows come for it. */
export interface WindowResult {
  readonly window: string;
  readonly grouping: readonly string[];
  /** By the names of the grouping, in its order. */
  readonly group: readonly DimensionValue[];
  readonly startMs: number;
  readonly endMs: number;
  /** Rows in it; 0 says that the window is gone (merged into another session, or all its rows were taken back). */
  readonly rows: number;
  /** In the order of the pipeline's measures; null where no row had a value. */
  readonly values: readonly (number | null)[];
}

export interface PipelineResults {
  readonly pipeline: string;
  readonly workspaceId: string;
  readonly results: readonly WindowResult[];
}

export interface SeriesRequest {
  readonly pipeline: string;
  readonly workspaceId: string;
  readonly window: string;
  readonly grouping: readonly string[];
  /** Windows that start at or after `fromMs` and before `toMs`. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Only groups with one of these values, by dimension. */
  readonly where?: Readonly<Record<string, readonly DimensionValue[]>>;
  /** Only this many groups, in the order of their JSON, from right after the one given. */
  readonly groups?: { readonly first: number; readonly after: readonly DimensionValue[] | undefined };
  /** Results at most. */
  readonly limit: number;
}

/** The latest windows of any group. */
export interface LatestRequest
  extends Pick<SeriesRequest, 'pipeline' | 'workspaceId' | 'window' | 'grouping'> {
  /** Only windows that start before it. */
  readonly beforeMs: number | undefined;
  readonly limit: number;
}

export interface RankRequest extends Omit<SeriesRequest, 'fromMs' | 'toMs' | 'groups'> {
  readonly measure: string;
  /** The window that holds this moment, the latest of those that hop; the latest that has rows when undefined. */
  readonly atMs: number | undefined;
}

export interface Progress {
  /** No row before it is expected any more; null before the first row, and until each partition has one or was silent for long. */
  readonly watermarkMs: number | null;
  /** The latest event time of a row; null before the first. */
  readonly latestMs: number | null;
  /** How long the oldest event that is not computed yet has been in the log; 0 when all are. */
  readonly lagMs: number;
  /** Rows kept out because their windows were closed, lay in the future, had no time (or were none: an event without one), or were of one group too many. */
  readonly late: number;
  readonly ahead: number;
  readonly invalid: number;
  readonly overflow: number;
}

/** A position in the log, stored together with the windows that are computed up to it: an engine that goes on there loses nothing and counts nothing twice. */
export interface Checkpoint {
  readonly atMs: number;
  /** The next offset, by partition of the topic; undefined where a partition was never read. */
  readonly offsets: readonly (number | undefined)[];
}

/** What became of windows when a declaration changed, or when `recompute` was asked for. */
export interface PipelineChange {
  readonly atMs: number;
  /** `resumed`: the windows stayed, and the new declaration goes on at the last checkpoint. `recomputed`: all anew, from the oldest event the log keeps. */
  readonly how: 'resumed' | 'recomputed';
}

/** What a pipeline was stopped with: all that it knew. */
export interface PipelineSavepoint {
  readonly atMs: number;
  /** The engine's own name of it, a URL; undefined where it is the checkpoint itself. */
  readonly place: string | undefined;
  /** When it went on from it; undefined while it has not. */
  readonly restoredAtMs: number | undefined;
}

export interface PipelineStatus {
  readonly name: string;
  /** Counts the declarations of this name, from 1. */
  readonly version: number;
  /** `stopping`: asked to stop, and not yet known to have. `failing`: what was tried last failed (`failure`), and is tried again until it works. */
  readonly state: 'running' | 'failing' | 'stopping' | 'stopped';
  /** Since when it has been in this state. */
  readonly sinceMs: number;
  readonly failure: PipelineFailure | undefined;
  /** Why the engine kept no savepoint, or could not go on with one, when one was wanted last, and what became of the pipeline; undefined once it is asked again. */
  readonly savepointFailure: PipelineFailure | undefined;
  /** The last one; undefined when it was stopped without, when the engine could not go on with it, or when what runs began without. */
  readonly savepoint: PipelineSavepoint | undefined;
  /** Events in the log that are not computed yet, and how long the oldest of them has been there. */
  readonly eventsBehind: number;
  readonly lagMs: number;
  /** The last one; that of a stopped pipeline is where it goes on. Undefined before the first event of this log. */
  readonly checkpoint: Checkpoint | undefined;
  /** Undefined for a pipeline that never changed. */
  readonly change: PipelineChange | undefined;
}

export interface PipelineFailure {
  readonly code: ErrorCode;
  readonly message: string;
}

/**
 * `stop`: computes what it has read, stores it with its position, and rests there, also over restarts. `stopWithoutSavepoint`: rests at the position that is stored, also
 * where the engine can keep no more of its state than that. `start`: goes on at that position.
 * `recompute`: forgets what is computed, and starts at the oldest event the log keeps.
 */
export type Steering = 'stop' | 'stopWithoutSavepoint' | 'start' | 'recompute';

/**
 * Called in the transaction that commits results, state and position together: what it writes is there exactly when they are, once.
 */
export type ResultSink = (tx: Sql, results: readonly PipelineResults[]) => Promise<void>;

/** Computes windows over the log, each event once, whatever dies in between. Any number of processes may run the same pipelines: one works. */
export interface StreamEngine extends AsyncDisposable {
  /** What computes. */
  readonly engine: 'embedded' | 'flink';
  /**
   * Runs exactly these pipelines until disposed, but for those that are stopped; results of others are removed. One whose declaration changed in rules for rows
   * to come alone (`isResumable`) goes on at its checkpoint; otherwise it is computed anew from the oldest event the log keeps. @throws CodedError MODEL_INVALID naming every fault of the declarations.
   */
  run(pipelines: readonly Pipeline[], sink: ResultSink): Promise<AsyncDisposable>;
  /** By group (in the order of their JSON), then by start. @throws CodedError NOT_FOUND for a pipeline, window or grouping there is none of. */
  series(request: SeriesRequest): Promise<readonly WindowResult[]>;
  /** Where the latest windows begin that have rows, the latest first, each once however many groups have it. @throws CodedError as `series` does */
  latestStarts(request: LatestRequest): Promise<readonly number[]>;
  /** One window's groups by a measure, the greatest first; groups without a value are left out. @throws CodedError as `series` does */
  rank(request: RankRequest): Promise<readonly WindowResult[]>;
  /** @throws CodedError NOT_FOUND for a pipeline there is none of. */
  progress(pipeline: string, workspaceId: string): Promise<Progress>;
  /** All that this process runs, by name. */
  pipelines(): Promise<readonly PipelineStatus[]>;
  /**
   * Whichever process computes, it follows within seconds; asking for what is so already changes nothing. `also` is called in the transaction that stores the
   * wish, only where it changes something. A stop is waited for, three seconds at most. @throws CodedError NOT_FOUND for a pipeline there is none of;
   * SAVEPOINT_FAILED when the engine could keep no savepoint: the pipeline runs on.
   */
  steer(name: string, steering: Steering, also: (tx: Sql) => Promise<void>): Promise<PipelineStatus>;
  ping(): Promise<void>;
}
