/* Generated from schema.graphql by `npm run codegen`. Do not edit. */
/* eslint-disable */
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { ModelRow, VersionRow, ShadowRecord, DeclaredMetric, GroupSeries, WindowPoint, MetricPipeline } from '../mappers.ts';
import type { Context } from '../context.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** A position in the log or in a list: opaque, signed where it crosses the log. Use it exactly as it was given. */
  Cursor: { input: string; output: string; }
  /** A moment in RFC 3339, answered in UTC with milliseconds: `2001-01-01T00:47:00.000Z`. */
  DateTime: { input: string; output: string; }
  /** Any JSON value, up to 32 levels deep. Numbers are IEEE 754 doubles, and any finite one is kept. A whole number written with more digits than a double gives back (12345678901234567890) is refused: send it as text. */
  JSON: { input: unknown; output: unknown; }
  /** Bytes in Base64 (RFC 4648 §4, with padding). */
  Base64: { input: string; output: string; }
  link__Import: { input: unknown; output: unknown; }
  federation__FieldSet: { input: string; output: string; }
  federation__Scope: { input: unknown; output: unknown; }
  federation__Policy: { input: unknown; output: unknown; }
  federation__ContextFieldValue: { input: unknown; output: unknown; }
  _Any: { input: unknown; output: unknown; }
};

/** Where a page lies in its list (GraphQL Cursor Connections Specification). */
export type PageInfo = {
  __typename?: 'PageInfo';
  hasNextPage: Scalars['Boolean']['output'];
  hasPreviousPage: Scalars['Boolean']['output'];
  startCursor?: Maybe<Scalars['Cursor']['output']>;
  endCursor?: Maybe<Scalars['Cursor']['output']>;
};

export type SortDirection =
  | 'ASC'
  | 'DESC';

export type Query = {
  __typename?: 'Query';
  _service: _Service;
  /** The kinds of events this installation takes, by name. */
  trackedEvents?: Maybe<Array<TrackedEvent>>;
  /** The metrics you may read, by name. */
  metrics?: Maybe<Array<Metric>>;
  /**
   * A metric over time: one series for each group of `dimensions` and the keys of `where`, which together must be one of the metric's `groupings`.
   * Windows that start in [from, to); the last 24 with data when left out, all from `from` on when `to` alone is. Windows without rows have no point. `first` counts series.
   * Windows begin by UTC, days at midnight and weeks on Monday: only `retention` counts in another time zone.
   */
  metric?: Maybe<MetricResult>;
  /** The values of a dimension with the greatest `measure` (the first when left out) in one window: the latest that holds `at`, or the latest with data. */
  topK?: Maybe<Array<MetricRank>>;
  /**
   * How many subjects went through 2 to 8 steps in order, each after the one before, the last no longer than `within` (`30m`, `7d`) after the first. The
   * first step lies in [from, to). A subject counts once, at the start it came furthest from. With `by`, one funnel for each value of
   * that property of the first step, the 20 largest: a subject counts for the value of that start alone, so that a value shows what came of the best tries of its subjects.
   */
  funnel?: Maybe<Array<Funnel>>;
  /**
   * Of the subjects whose first `cohort` event in [from, to) lies in a period, how many had an `activity` in it and in each of the periods after, up to
   * `periods` of them (1 to 31, 8 when left out), as far as they have begun. Periods are of `timeZone` (`Europe/Zurich`; UTC when left out), weeks start on Monday.
   */
  retention?: Maybe<Array<RetentionCohort>>;
  /** The workspace's prediction models, by name. */
  inferenceModels?: Maybe<Array<InferenceModel>>;
  inferenceModel?: Maybe<InferenceModel>;
  /**
   * Predicts with the live version, or another to try it: 1 to 1,000 items, each an object of input names and values. Items that do not fit the model's
   * signature, or that the model itself fails on, are told by themselves, the others are computed together.
   */
  predict?: Maybe<Predictions>;
  /**
   * Asks the workspace's tracked events and models in SQL: one SELECT of the common subset (packages/engines, batch-engine) over `analyticsTables`. Events are
   * those that happened in [from, to), the last 7 days when left out; more than 500,000 in one table are refused. A query has 3 seconds or stops with
   * DEADLINE_EXCEEDED: what takes longer, or has more rows, is answered as a file by the job `export-query`. Workspaces take turns; one whose turn does not
   * come within 1.5 seconds is OVERLOADED, which says when to ask again.
   */
  analyticsQuery?: Maybe<AnalyticsAnswer>;
  /**
   * What SQL may read, by name: `events` (properties as JSON text), a table for each kind of event (`page_viewed` for `page.viewed`), and one for each model
   * (`flight_note` for `FlightNote`) with the rows you may read: fields of scalars and enums by their names, references as the other's id. Fields of JSON, files and runs,
   * and who made an item, are no columns.
   */
  analyticsTables?: Maybe<Array<AnalyticsTable>>;
  /** What computes the metrics, by name. For admins and owners of the installation's operator workspace: pipelines serve all workspaces. */
  pipelines?: Maybe<Array<Pipeline>>;
  pipeline?: Maybe<Pipeline>;
};


export type QueryMetricArgs = {
  name: Scalars['String']['input'];
  window: MetricWindow;
  from?: InputMaybe<Scalars['DateTime']['input']>;
  to?: InputMaybe<Scalars['DateTime']['input']>;
  dimensions?: InputMaybe<Array<Scalars['String']['input']>>;
  where?: InputMaybe<Scalars['JSON']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


export type QueryTopKArgs = {
  metric: Scalars['String']['input'];
  dimension: Scalars['String']['input'];
  window: MetricWindow;
  measure?: InputMaybe<Scalars['String']['input']>;
  at?: InputMaybe<Scalars['DateTime']['input']>;
  where?: InputMaybe<Scalars['JSON']['input']>;
  k?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryFunnelArgs = {
  steps: Array<FunnelStep>;
  from: Scalars['DateTime']['input'];
  to: Scalars['DateTime']['input'];
  within: Scalars['String']['input'];
  by?: InputMaybe<Scalars['String']['input']>;
};


export type QueryRetentionArgs = {
  cohort: Scalars['String']['input'];
  activity: Scalars['String']['input'];
  period: RetentionPeriod;
  from: Scalars['DateTime']['input'];
  to: Scalars['DateTime']['input'];
  periods?: InputMaybe<Scalars['Int']['input']>;
  timeZone?: InputMaybe<Scalars['String']['input']>;
};


export type QueryInferenceModelArgs = {
  name: Scalars['String']['input'];
};


export type QueryPredictArgs = {
  model: Scalars['String']['input'];
  inputs: Array<Scalars['JSON']['input']>;
  version?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryAnalyticsQueryArgs = {
  sql: Scalars['String']['input'];
  from?: InputMaybe<Scalars['DateTime']['input']>;
  to?: InputMaybe<Scalars['DateTime']['input']>;
};


export type QueryAnalyticsTablesArgs = {
  from?: InputMaybe<Scalars['DateTime']['input']>;
  to?: InputMaybe<Scalars['DateTime']['input']>;
};


export type QueryPipelineArgs = {
  name: Scalars['String']['input'];
};

/** The windows that metrics declare. */
export type MetricWindow =
  | 'HOUR'
  | 'DAY';

export type Metric = {
  __typename?: 'Metric';
  name: Scalars['String']['output'];
  description?: Maybe<Scalars['String']['output']>;
  /** The model or the tracked event it is measured over. */
  over: Scalars['String']['output'];
  measures: Array<MetricMeasure>;
  windows: Array<MetricWindowKind>;
  dimensions: Array<Scalars['String']['output']>;
  /** The sets of dimensions it can be read by; the empty one is the total. */
  groupings: Array<Array<Scalars['String']['output']>>;
  /** Where it is a field of other types: `Airport.delay`. */
  fields: Array<AddedField>;
};

/** A field that analytics adds to a type of another subgraph. */
export type AddedField = {
  __typename?: 'AddedField';
  type: Scalars['String']['output'];
  field: Scalars['String']['output'];
  description?: Maybe<Scalars['String']['output']>;
};

export type MetricMeasure = {
  __typename?: 'MetricMeasure';
  name: Scalars['String']['output'];
  /** count, sum, avg, min, max, percentile or distinct. */
  function: Scalars['String']['output'];
  field?: Maybe<Scalars['String']['output']>;
};

export type MetricWindowKind = {
  __typename?: 'MetricWindowKind';
  name: MetricWindow;
  /** tumble, hop or session. */
  kind: Scalars['String']['output'];
  /** Of a window; null for sessions. */
  sizeSeconds?: Maybe<Scalars['Int']['output']>;
  /** From one window to the next; null for sessions. */
  slideSeconds?: Maybe<Scalars['Int']['output']>;
  /** After which silence a session ends; null for the others. */
  gapSeconds?: Maybe<Scalars['Int']['output']>;
};

export type MetricResult = {
  __typename?: 'MetricResult';
  metric: Metric;
  window: MetricWindow;
  freshness: MetricFreshness;
  series: Array<MetricSeries>;
  pageInfo: PageInfo;
};

/** How far a metric has come. */
export type MetricFreshness = {
  __typename?: 'MetricFreshness';
  /** Event time: nothing before it is expected any more. Null before the first event, and for some seconds after it, while others that came with it are read. */
  watermark?: Maybe<Scalars['DateTime']['output']>;
  /** The time of the latest event. */
  latest?: Maybe<Scalars['DateTime']['output']>;
  /** How long the oldest event that is not computed yet has waited, milliseconds; 0 when all are. */
  lagMs: Scalars['Float']['output'];
  /** Rows kept out: too late, too far ahead, without a time or number that windows can tell (or no row at all), of one group too many. */
  late: Scalars['Int']['output'];
  ahead: Scalars['Int']['output'];
  invalid: Scalars['Int']['output'];
  /** Of more groups than the metric keeps at a time (`maxGroups`): they are counted in the groupings that had room, the total among them, and in no series of their own. */
  overflow: Scalars['Int']['output'];
};

export type MetricSeries = {
  __typename?: 'MetricSeries';
  /** Names and values of its dimensions. */
  dimensions: Scalars['JSON']['output'];
  points: Array<MetricPoint>;
};

export type MetricPoint = {
  __typename?: 'MetricPoint';
  start: Scalars['DateTime']['output'];
  end: Scalars['DateTime']['output'];
  rows: Scalars['Int']['output'];
  /** Of one measure; the first when left out. */
  value?: Maybe<Scalars['Float']['output']>;
  values: Array<MetricValue>;
  /** The values as one object, by the names of their measures: cheaper where there are many points. */
  byMeasure: Scalars['JSON']['output'];
};


export type MetricPointValueArgs = {
  measure?: InputMaybe<Scalars['String']['input']>;
};

export type MetricValue = {
  __typename?: 'MetricValue';
  measure: Scalars['String']['output'];
  /** Null where no row had a value. */
  value?: Maybe<Scalars['Float']['output']>;
};

export type MetricRank = {
  __typename?: 'MetricRank';
  /** The value of the dimension. */
  key?: Maybe<Scalars['JSON']['output']>;
  value: Scalars['Float']['output'];
  point: MetricPoint;
};

export type MetricUpdate = {
  __typename?: 'MetricUpdate';
  /** Continues right after this update. */
  cursor: Scalars['Cursor']['output'];
  name: Scalars['String']['output'];
  window: MetricWindow;
  series: Array<MetricSeries>;
};

export type FunnelStep = {
  /** The kind of event: `page.viewed`. */
  event: Scalars['String']['input'];
  /** Only events with these properties: a value, or a list of values. */
  where?: InputMaybe<Scalars['JSON']['input']>;
};

export type Funnel = {
  __typename?: 'Funnel';
  /** The value of `by`. */
  key?: Maybe<Scalars['JSON']['output']>;
  steps: Array<FunnelStepCount>;
};

export type FunnelStepCount = {
  __typename?: 'FunnelStepCount';
  event: Scalars['String']['output'];
  /** Subjects that came this far. */
  subjects: Scalars['Int']['output'];
  /** Of those who took the first step. */
  conversion: Scalars['Float']['output'];
};

export type RetentionPeriod =
  | 'DAY'
  | 'WEEK'
  | 'MONTH';

export type RetentionCohort = {
  __typename?: 'RetentionCohort';
  start: Scalars['DateTime']['output'];
  subjects: Scalars['Int']['output'];
  /** Active subjects in the period of the cohort and in each after it. */
  active: Array<Scalars['Int']['output']>;
};

export type TrackEvent = {
  /** The application's own id of this event, up to 100 characters: sent again under it, the event counts once. Without it, each sending counts. */
  id?: InputMaybe<Scalars['String']['input']>;
  /** The kind of event: `page.viewed`. */
  name: Scalars['String']['input'];
  /** Who or what it is about (a user, a visit, a device), up to 200 characters; the caller when left out. Funnels and retention count these. */
  subject?: InputMaybe<Scalars['String']['input']>;
  /** When it happened; now when left out. Up to 5 minutes ahead of our clock counts as now (clocks differ); more, or more than 30 days ago, is refused. */
  time?: InputMaybe<Scalars['DateTime']['input']>;
  /** The declared properties of its kind. */
  properties?: InputMaybe<Scalars['JSON']['input']>;
};

/** What became of one event. */
export type TrackResult = {
  __typename?: 'TrackResult';
  /** The id the event has in the log; null when it was refused. */
  id?: Maybe<Scalars['ID']['output']>;
  status: TrackStatus;
  error?: Maybe<TrackError>;
};

export type TrackStatus =
  | 'ACCEPTED'
  /** An event with this id was there before, or stands earlier in the same list. */
  | 'DUPLICATE'
  | 'REFUSED';

/** Why one event was refused; the codes are those of every error. */
export type TrackError = {
  __typename?: 'TrackError';
  code: Scalars['String']['output'];
  message: Scalars['String']['output'];
  /** The argument or property that is wrong: `time`, `properties.path`. */
  field?: Maybe<Scalars['String']['output']>;
};

export type TrackedEvent = {
  __typename?: 'TrackedEvent';
  name: Scalars['String']['output'];
  description?: Maybe<Scalars['String']['output']>;
  properties: Array<TrackedProperty>;
};

export type TrackedProperty = {
  __typename?: 'TrackedProperty';
  name: Scalars['String']['output'];
  description?: Maybe<Scalars['String']['output']>;
  /** String, Int, Float, Boolean, DateTime or ID. */
  type: Scalars['String']['output'];
  required: Scalars['Boolean']['output'];
};

export type RegisterModelVersion = {
  /** Lower-case letters, digits and hyphens, up to 63: `flight-delay`. */
  model: Scalars['String']['input'];
  /** What the model tells, up to 500 characters; kept from before when left out. */
  description?: InputMaybe<Scalars['String']['input']>;
  /** What is new in this version, up to 500 characters. */
  note?: InputMaybe<Scalars['String']['input']>;
  /** The id of the file (`File.id`), 100 MB at most; its current version is registered. */
  file: Scalars['ID']['input'];
};

/** Something that predicts: versions of an ONNX file, one of them live. */
export type InferenceModel = {
  __typename?: 'InferenceModel';
  name: Scalars['String']['output'];
  description?: Maybe<Scalars['String']['output']>;
  /** Null until a version was promoted. */
  liveVersion?: Maybe<InferenceModelVersion>;
  /** The version that predicts beside the live one, and how it differs; null when there is none. */
  shadow?: Maybe<InferenceShadow>;
  /** The newest first, 50 at most. */
  versions: Array<InferenceModelVersion>;
  /** Where what it predicts is a field of other types: `Flight.predictedDelay`. */
  fields: Array<AddedField>;
  createdAt: Scalars['DateTime']['output'];
  updatedAt: Scalars['DateTime']['output'];
};

export type InferenceModelVersion = {
  __typename?: 'InferenceModelVersion';
  model: Scalars['String']['output'];
  /** Counts from 1. */
  version: Scalars['Int']['output'];
  /** Of the file, in hex. */
  sha256: Scalars['String']['output'];
  sizeBytes: Scalars['Int']['output'];
  inputs: Array<InferenceTensor>;
  outputs: Array<InferenceTensor>;
  note?: Maybe<Scalars['String']['output']>;
  createdAt: Scalars['DateTime']['output'];
};

export type InferenceTensor = {
  __typename?: 'InferenceTensor';
  name: Scalars['String']['output'];
  type: InferenceTensorType;
  /** Sizes of the dimensions; the first counts items; null where any size will do. */
  shape: Array<Maybe<Scalars['Int']['output']>>;
};

export type InferenceTensorType =
  | 'FLOAT'
  | 'DOUBLE'
  | 'INT32'
  | 'INT64'
  | 'BOOL'
  | 'STRING';

export type Predictions = {
  __typename?: 'Predictions';
  model: Scalars['String']['output'];
  version: Scalars['Int']['output'];
  /** One an item, in their order. */
  predictions: Array<Prediction>;
};

export type Prediction = {
  __typename?: 'Prediction';
  /** Values by output name; null when the item did not fit. Integers beyond 2^53 are texts. */
  outputs?: Maybe<Scalars['JSON']['output']>;
  error?: Maybe<PredictionError>;
};

/** Why one item has no prediction; the codes are those of every error. */
export type PredictionError = {
  __typename?: 'PredictionError';
  code: Scalars['String']['output'];
  message: Scalars['String']['output'];
  /** The input that does not fit; null where the model itself fails on the item. */
  input?: Maybe<Scalars['String']['output']>;
};

export type AnalyticsTable = {
  __typename?: 'AnalyticsTable';
  name: Scalars['String']['output'];
  description?: Maybe<Scalars['String']['output']>;
  columns: Array<AnalyticsColumn>;
  /** The table's rows as JSON Lines, a path of this installation for whoever shows the same credentials. Of events those in [from, to). */
  rowsUrl: Scalars['String']['output'];
};

export type AnalyticsAnswer = {
  __typename?: 'AnalyticsAnswer';
  columns: Array<AnalyticsColumn>;
  /** A list of cells for each row, in the order of the columns. Integers beyond 2^53 and decimals are texts, bytes are Base64. */
  rows: Array<Array<Maybe<Scalars['JSON']['output']>>>;
  /** True when there are more than 5,000 rows, or 2 MB of them. */
  truncated: Scalars['Boolean']['output'];
};

export type AnalyticsColumn = {
  __typename?: 'AnalyticsColumn';
  name: Scalars['String']['output'];
  /** BOOLEAN, INT, BIGINT, DOUBLE, DECIMAL, STRING, DATE, TIMESTAMP, BINARY or JSON (as text). */
  type: Scalars['String']['output'];
};

/** How what a shadow version says differs from the live one, over the newest 10,000 items both were asked. */
export type InferenceShadow = {
  __typename?: 'InferenceShadow';
  version: Scalars['Int']['output'];
  /**
   * The output that is compared: the first of the live version's that is one number an item in both, by its name. Null when they share none: then nothing is
   * compared.
   */
  output?: Maybe<Scalars['String']['output']>;
  /** Items compared. */
  items: Scalars['Int']['output'];
  /** The population stability index of the two distributions of answers: below 0.1 alike, above 0.25 different. Null below 100 items. */
  stabilityIndex?: Maybe<Scalars['Float']['output']>;
  /** The mean of the absolute differences, item by item. */
  meanDifference?: Maybe<Scalars['Float']['output']>;
};

/** What computes a metric, over the events of all workspaces. */
export type Pipeline = {
  __typename?: 'Pipeline';
  name: Scalars['String']['output'];
  metric: Metric;
  /** Of the declarations of this name, from 1. */
  version: Scalars['Int']['output'];
  engine: StreamEngine;
  state: PipelineState;
  /** Since when it has been in this state. */
  since: Scalars['DateTime']['output'];
  /** Why it fails, while it does. */
  failure?: Maybe<PipelineFailure>;
  /** Why Flink kept no savepoint, or could not go on with one, when one was wanted last, and what became of the pipeline. Null once it is stopped or started again. */
  savepointFailure?: Maybe<PipelineFailure>;
  /**
   * What it was stopped with last, and when it went on from that. Null where it was stopped without, or where what runs began without: computed anew, changed to another query, or
   * with a savepoint that Flink could not go on with.
   */
  savepoint?: Maybe<PipelineSavepoint>;
  /** The topic of the log that it reads. */
  topic: Scalars['String']['output'];
  /** Events of the topic that it has not computed yet. */
  eventsBehind: Scalars['Float']['output'];
  /** How long the oldest of them has been in the log, milliseconds. */
  lagMs: Scalars['Float']['output'];
  /** Null until it has stored something. */
  checkpoint?: Maybe<PipelineCheckpoint>;
  /** Null as long as it is what it was first. */
  change?: Maybe<PipelineChange>;
};

export type PipelineSavepoint = {
  __typename?: 'PipelineSavepoint';
  /** When it was kept. */
  at: Scalars['DateTime']['output'];
  /** Where Flink put it. Null on the embedded engine, whose checkpoint holds all there is. */
  place?: Maybe<Scalars['String']['output']>;
  /** When the pipeline went on from it. Null while it has not. */
  restoredAt?: Maybe<Scalars['DateTime']['output']>;
};

export type StreamEngine =
  /** In the processes of the product, one at a time. */
  | 'EMBEDDED'
  | 'FLINK';

export type PipelineState =
  | 'RUNNING'
  /** What it tried last failed; it is tried again until it works. */
  | 'FAILING'
  | 'STOPPING'
  | 'STOPPED';

export type PipelineFailure = {
  __typename?: 'PipelineFailure';
  /** One of the codes of errors. */
  code: Scalars['String']['output'];
  message: Scalars['String']['output'];
};

/** Where it would go on: windows and position, stored together. */
export type PipelineCheckpoint = {
  __typename?: 'PipelineCheckpoint';
  at: Scalars['DateTime']['output'];
  /** The next offset, by partition of the topic; null where it has read nothing yet. */
  offsets: Array<Maybe<Scalars['Float']['output']>>;
};

/** What became of what was computed, when the declaration changed or when it was to be recomputed. */
export type PipelineChange = {
  __typename?: 'PipelineChange';
  at: Scalars['DateTime']['output'];
  kind: PipelineChangeKind;
};

export type PipelineChangeKind =
  /** Kept: the new declaration goes on with it, as it changes rules for rows to come alone. */
  | 'RESUMED'
  /** Computed anew, from the oldest event that the log keeps. */
  | 'RECOMPUTED';

export type Link__Purpose =
  /** `SECURITY` features provide metadata necessary to securely resolve fields. */
  | 'SECURITY'
  /** `EXECUTION` features provide metadata necessary for operation execution. */
  | 'EXECUTION';

export type _Service = {
  __typename?: '_Service';
  sdl?: Maybe<Scalars['String']['output']>;
};

export type Mutation = {
  __typename?: 'Mutation';
  /**
   * Takes 1 to 1,000 events that applications tell of their users. Each is taken or refused by itself, at its place, against the
   * declaration of its kind (`trackedEvents`), a `time` that is no RFC 3339 text and properties that are no object too; an `id`, `name` or `subject` that is no text refuses the call, and so do a key `__proto__`, which no
   * request may have anywhere (its place is told), and what is written into the text of the operation and is not of its type. What is answered ACCEPTED is stored, and on its way to the log. With `checkOnly` nothing is stored, and
   * ACCEPTED is what would be taken: for who wants all of many events told, or none.
   */
  track?: Maybe<Array<TrackResult>>;
  /**
   * Registers an ONNX file of the workspace as the next version of a model, and makes the model with its first. The bytes are read with your rights and
   * kept: what becomes of the file later is no matter of the version. They are loaded once, apart from everything else, to read their signature. What is
   * registered already answers its version. Nothing predicts with a version until it is promoted. A model has 50 versions at most; `deleteModelVersion` makes
   * room for others.
   */
  registerModelVersion?: Maybe<InferenceModelVersion>;
  /** Makes a version the live one. STATE_CONFLICT where a field of an entity is the number of an output that is never one in this version. */
  promoteModelVersion?: Maybe<InferenceModel>;
  /** Makes the version live that was live before the present one. */
  rollbackModel?: Maybe<InferenceModel>;
  /**
   * Makes no version live: `predict` finds none unless it names one, and fields that the model tells are null. Promoting one or going back makes one live again;
   * until then any version can be deleted.
   */
  retireModel?: Maybe<InferenceModel>;
  /**
   * Takes a version away, with its file: one that is neither live nor the shadow (STATE_CONFLICT for those), though it may have been. A rollback passes over it.
   * Answers the model, or null when this was its last version: the model goes with it. Its number is not given again, not even to a model that is registered
   * under the name of one that went.
   */
  deleteModelVersion?: Maybe<InferenceModel>;
  /**
   * Lets a version predict beside the live one: it is asked what the live one is asked, its answers are compared and shown to nobody. Null ends it.
   * STATE_CONFLICT for the live one, for one that answers no number, and for one that shares no output of one number with the live one.
   */
  setShadowVersion?: Maybe<InferenceModel>;
  /**
   * Lets a pipeline store what it has computed, and rest there until it is started, also over restarts of the product. Its metrics stay as they are. It is STOPPING until
   * whoever computes it has heard of it. Where Flink can keep no savepoint of its job, it runs on, and this is SAVEPOINT_FAILED, with why (`savepointFailure`, where that takes
   * more than three seconds). For owners of the operator workspace, like the other two.
   */
  stopPipeline?: Maybe<Pipeline>;
  /** Lets a pipeline go on where it was stopped: what came meanwhile is computed, each event once. */
  startPipeline?: Maybe<Pipeline>;
  /** Forgets what a pipeline has computed, and lets it begin anew at the oldest event that the log keeps. What is older is lost to its metrics. */
  recomputePipeline?: Maybe<Pipeline>;
};


export type MutationTrackArgs = {
  events: Array<TrackEvent>;
  checkOnly?: InputMaybe<Scalars['Boolean']['input']>;
};


export type MutationRegisterModelVersionArgs = {
  input: RegisterModelVersion;
};


export type MutationPromoteModelVersionArgs = {
  model: Scalars['String']['input'];
  version: Scalars['Int']['input'];
};


export type MutationRollbackModelArgs = {
  model: Scalars['String']['input'];
};


export type MutationRetireModelArgs = {
  model: Scalars['String']['input'];
};


export type MutationDeleteModelVersionArgs = {
  model: Scalars['String']['input'];
  version: Scalars['Int']['input'];
};


export type MutationSetShadowVersionArgs = {
  model: Scalars['String']['input'];
  version?: InputMaybe<Scalars['Int']['input']>;
};


export type MutationStopPipelineArgs = {
  name: Scalars['String']['input'];
  withoutSavepoint?: Scalars['Boolean']['input'];
};


export type MutationStartPipelineArgs = {
  name: Scalars['String']['input'];
};


export type MutationRecomputePipelineArgs = {
  name: Scalars['String']['input'];
};

export type Subscription = {
  __typename?: 'Subscription';
  /**
   * A metric's windows as they change, for one of its groupings: the total, or that of `dimensions` and the keys of `where`. A point without rows says that
   * its window is gone.
   */
  metricUpdated?: Maybe<MetricUpdate>;
};


export type SubscriptionMetricUpdatedArgs = {
  name: Scalars['String']['input'];
  window?: InputMaybe<MetricWindow>;
  dimensions?: InputMaybe<Array<Scalars['String']['input']>>;
  where?: InputMaybe<Scalars['JSON']['input']>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
};



export type ResolverTypeWrapper<T> = Promise<T> | T;

export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;





/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Cursor: ResolverTypeWrapper<Scalars['Cursor']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  JSON: ResolverTypeWrapper<Scalars['JSON']['output']>;
  Base64: ResolverTypeWrapper<Scalars['Base64']['output']>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  SortDirection: SortDirection;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  MetricWindow: MetricWindow;
  Metric: ResolverTypeWrapper<DeclaredMetric>;
  AddedField: ResolverTypeWrapper<AddedField>;
  MetricMeasure: ResolverTypeWrapper<MetricMeasure>;
  MetricWindowKind: ResolverTypeWrapper<MetricWindowKind>;
  MetricResult: ResolverTypeWrapper<Omit<MetricResult, 'metric' | 'series'> & { metric: ResolversTypes['Metric'], series: Array<ResolversTypes['MetricSeries']> }>;
  MetricFreshness: ResolverTypeWrapper<MetricFreshness>;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  MetricSeries: ResolverTypeWrapper<GroupSeries>;
  MetricPoint: ResolverTypeWrapper<WindowPoint>;
  MetricValue: ResolverTypeWrapper<MetricValue>;
  MetricRank: ResolverTypeWrapper<Omit<MetricRank, 'point'> & { point: ResolversTypes['MetricPoint'] }>;
  MetricUpdate: ResolverTypeWrapper<Omit<MetricUpdate, 'series'> & { series: Array<ResolversTypes['MetricSeries']> }>;
  FunnelStep: FunnelStep;
  Funnel: ResolverTypeWrapper<Funnel>;
  FunnelStepCount: ResolverTypeWrapper<FunnelStepCount>;
  RetentionPeriod: RetentionPeriod;
  RetentionCohort: ResolverTypeWrapper<RetentionCohort>;
  TrackEvent: TrackEvent;
  TrackResult: ResolverTypeWrapper<TrackResult>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  TrackStatus: TrackStatus;
  TrackError: ResolverTypeWrapper<TrackError>;
  TrackedEvent: ResolverTypeWrapper<TrackedEvent>;
  TrackedProperty: ResolverTypeWrapper<TrackedProperty>;
  RegisterModelVersion: RegisterModelVersion;
  InferenceModel: ResolverTypeWrapper<ModelRow>;
  InferenceModelVersion: ResolverTypeWrapper<VersionRow>;
  InferenceTensor: ResolverTypeWrapper<InferenceTensor>;
  InferenceTensorType: InferenceTensorType;
  Predictions: ResolverTypeWrapper<Predictions>;
  Prediction: ResolverTypeWrapper<Prediction>;
  PredictionError: ResolverTypeWrapper<PredictionError>;
  AnalyticsTable: ResolverTypeWrapper<AnalyticsTable>;
  AnalyticsAnswer: ResolverTypeWrapper<AnalyticsAnswer>;
  AnalyticsColumn: ResolverTypeWrapper<AnalyticsColumn>;
  InferenceShadow: ResolverTypeWrapper<ShadowRecord>;
  Pipeline: ResolverTypeWrapper<MetricPipeline>;
  PipelineSavepoint: ResolverTypeWrapper<PipelineSavepoint>;
  StreamEngine: StreamEngine;
  PipelineState: PipelineState;
  PipelineFailure: ResolverTypeWrapper<PipelineFailure>;
  PipelineCheckpoint: ResolverTypeWrapper<PipelineCheckpoint>;
  PipelineChange: ResolverTypeWrapper<PipelineChange>;
  PipelineChangeKind: PipelineChangeKind;
  link__Purpose: Link__Purpose;
  link__Import: ResolverTypeWrapper<Scalars['link__Import']['output']>;
  federation__FieldSet: ResolverTypeWrapper<Scalars['federation__FieldSet']['output']>;
  federation__Scope: ResolverTypeWrapper<Scalars['federation__Scope']['output']>;
  federation__Policy: ResolverTypeWrapper<Scalars['federation__Policy']['output']>;
  federation__ContextFieldValue: ResolverTypeWrapper<Scalars['federation__ContextFieldValue']['output']>;
  _Any: ResolverTypeWrapper<Scalars['_Any']['output']>;
  _Service: ResolverTypeWrapper<_Service>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Cursor: Scalars['Cursor']['output'];
  DateTime: Scalars['DateTime']['output'];
  JSON: Scalars['JSON']['output'];
  Base64: Scalars['Base64']['output'];
  PageInfo: PageInfo;
  Query: Record<PropertyKey, never>;
  Metric: DeclaredMetric;
  AddedField: AddedField;
  MetricMeasure: MetricMeasure;
  MetricWindowKind: MetricWindowKind;
  MetricResult: Omit<MetricResult, 'metric' | 'series'> & { metric: ResolversParentTypes['Metric'], series: Array<ResolversParentTypes['MetricSeries']> };
  MetricFreshness: MetricFreshness;
  Float: Scalars['Float']['output'];
  MetricSeries: GroupSeries;
  MetricPoint: WindowPoint;
  MetricValue: MetricValue;
  MetricRank: Omit<MetricRank, 'point'> & { point: ResolversParentTypes['MetricPoint'] };
  MetricUpdate: Omit<MetricUpdate, 'series'> & { series: Array<ResolversParentTypes['MetricSeries']> };
  FunnelStep: FunnelStep;
  Funnel: Funnel;
  FunnelStepCount: FunnelStepCount;
  RetentionCohort: RetentionCohort;
  TrackEvent: TrackEvent;
  TrackResult: TrackResult;
  ID: Scalars['ID']['output'];
  TrackError: TrackError;
  TrackedEvent: TrackedEvent;
  TrackedProperty: TrackedProperty;
  RegisterModelVersion: RegisterModelVersion;
  InferenceModel: ModelRow;
  InferenceModelVersion: VersionRow;
  InferenceTensor: InferenceTensor;
  Predictions: Predictions;
  Prediction: Prediction;
  PredictionError: PredictionError;
  AnalyticsTable: AnalyticsTable;
  AnalyticsAnswer: AnalyticsAnswer;
  AnalyticsColumn: AnalyticsColumn;
  InferenceShadow: ShadowRecord;
  Pipeline: MetricPipeline;
  PipelineSavepoint: PipelineSavepoint;
  PipelineFailure: PipelineFailure;
  PipelineCheckpoint: PipelineCheckpoint;
  PipelineChange: PipelineChange;
  link__Import: Scalars['link__Import']['output'];
  federation__FieldSet: Scalars['federation__FieldSet']['output'];
  federation__Scope: Scalars['federation__Scope']['output'];
  federation__Policy: Scalars['federation__Policy']['output'];
  federation__ContextFieldValue: Scalars['federation__ContextFieldValue']['output'];
  _Any: Scalars['_Any']['output'];
  _Service: _Service;
  Mutation: Record<PropertyKey, never>;
  Subscription: Record<PropertyKey, never>;
  String: Scalars['String']['output'];
  Boolean: Scalars['Boolean']['output'];
  Int: Scalars['Int']['output'];
};

export type AllowDirectiveArgs = {
  to: Array<Scalars['String']['input']>;
  scope?: Maybe<Scalars['String']['input']>;
};

export type AllowDirectiveResolver<Result, Parent, ContextType = Context, Args = AllowDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type LogStreamDirectiveArgs = {
  topic: Scalars['String']['input'];
  types: Array<Scalars['String']['input']>;
  subject: Scalars['String']['input'];
  filter?: Maybe<Scalars['String']['input']>;
};

export type LogStreamDirectiveResolver<Result, Parent, ContextType = Context, Args = LogStreamDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type EphemeralDirectiveArgs = {
  channel: Scalars['String']['input'];
};

export type EphemeralDirectiveResolver<Result, Parent, ContextType = Context, Args = EphemeralDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type CheckedPerItemDirectiveArgs = { };

export type CheckedPerItemDirectiveResolver<Result, Parent, ContextType = Context, Args = CheckedPerItemDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type LinkDirectiveArgs = {
  url?: Maybe<Scalars['String']['input']>;
  as?: Maybe<Scalars['String']['input']>;
  for?: Maybe<Link__Purpose>;
  import?: Maybe<Array<Maybe<Scalars['link__Import']['input']>>>;
};

export type LinkDirectiveResolver<Result, Parent, ContextType = Context, Args = LinkDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type KeyDirectiveArgs = {
  fields: Scalars['federation__FieldSet']['input'];
  resolvable?: Maybe<Scalars['Boolean']['input']>;
};

export type KeyDirectiveResolver<Result, Parent, ContextType = Context, Args = KeyDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type RequiresDirectiveArgs = {
  fields: Scalars['federation__FieldSet']['input'];
};

export type RequiresDirectiveResolver<Result, Parent, ContextType = Context, Args = RequiresDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type ProvidesDirectiveArgs = {
  fields: Scalars['federation__FieldSet']['input'];
};

export type ProvidesDirectiveResolver<Result, Parent, ContextType = Context, Args = ProvidesDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type ExternalDirectiveArgs = {
  reason?: Maybe<Scalars['String']['input']>;
};

export type ExternalDirectiveResolver<Result, Parent, ContextType = Context, Args = ExternalDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type TagDirectiveArgs = {
  name: Scalars['String']['input'];
};

export type TagDirectiveResolver<Result, Parent, ContextType = Context, Args = TagDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type Federation__ExtendsDirectiveArgs = { };

export type Federation__ExtendsDirectiveResolver<Result, Parent, ContextType = Context, Args = Federation__ExtendsDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type ShareableDirectiveArgs = { };

export type ShareableDirectiveResolver<Result, Parent, ContextType = Context, Args = ShareableDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type InaccessibleDirectiveArgs = { };

export type InaccessibleDirectiveResolver<Result, Parent, ContextType = Context, Args = InaccessibleDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type OverrideDirectiveArgs = {
  from: Scalars['String']['input'];
  label?: Maybe<Scalars['String']['input']>;
};

export type OverrideDirectiveResolver<Result, Parent, ContextType = Context, Args = OverrideDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type ComposeDirectiveDirectiveArgs = {
  name?: Maybe<Scalars['String']['input']>;
};

export type ComposeDirectiveDirectiveResolver<Result, Parent, ContextType = Context, Args = ComposeDirectiveDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type InterfaceObjectDirectiveArgs = { };

export type InterfaceObjectDirectiveResolver<Result, Parent, ContextType = Context, Args = InterfaceObjectDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type Federation__AuthenticatedDirectiveArgs = { };

export type Federation__AuthenticatedDirectiveResolver<Result, Parent, ContextType = Context, Args = Federation__AuthenticatedDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type Federation__RequiresScopesDirectiveArgs = {
  scopes: Array<Array<Scalars['federation__Scope']['input']>>;
};

export type Federation__RequiresScopesDirectiveResolver<Result, Parent, ContextType = Context, Args = Federation__RequiresScopesDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type Federation__PolicyDirectiveArgs = {
  policies: Array<Array<Scalars['federation__Policy']['input']>>;
};

export type Federation__PolicyDirectiveResolver<Result, Parent, ContextType = Context, Args = Federation__PolicyDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type Federation__ContextDirectiveArgs = {
  name: Scalars['String']['input'];
};

export type Federation__ContextDirectiveResolver<Result, Parent, ContextType = Context, Args = Federation__ContextDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type Federation__FromContextDirectiveArgs = {
  field?: Maybe<Scalars['federation__ContextFieldValue']['input']>;
};

export type Federation__FromContextDirectiveResolver<Result, Parent, ContextType = Context, Args = Federation__FromContextDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type CostDirectiveArgs = {
  weight: Scalars['Int']['input'];
};

export type CostDirectiveResolver<Result, Parent, ContextType = Context, Args = CostDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type ListSizeDirectiveArgs = {
  assumedSize?: Maybe<Scalars['Int']['input']>;
  slicingArguments?: Maybe<Array<Scalars['String']['input']>>;
  sizedFields?: Maybe<Array<Scalars['String']['input']>>;
  requireOneSlicingArgument?: Maybe<Scalars['Boolean']['input']>;
};

export type ListSizeDirectiveResolver<Result, Parent, ContextType = Context, Args = ListSizeDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export interface CursorScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Cursor'], any> {
  name: 'Cursor';
}

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export interface JsonScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSON'], any> {
  name: 'JSON';
}

export interface Base64ScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Base64'], any> {
  name: 'Base64';
}

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['Cursor']>, ParentType, ContextType>;
  endCursor?: Resolver<Maybe<ResolversTypes['Cursor']>, ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  _service?: Resolver<ResolversTypes['_Service'], ParentType, ContextType>;
  trackedEvents?: Resolver<Maybe<Array<ResolversTypes['TrackedEvent']>>, ParentType, ContextType>;
  metrics?: Resolver<Maybe<Array<ResolversTypes['Metric']>>, ParentType, ContextType>;
  metric?: Resolver<Maybe<ResolversTypes['MetricResult']>, ParentType, ContextType, RequireFields<QueryMetricArgs, 'name' | 'window'>>;
  topK?: Resolver<Maybe<Array<ResolversTypes['MetricRank']>>, ParentType, ContextType, RequireFields<QueryTopKArgs, 'metric' | 'dimension' | 'window'>>;
  funnel?: Resolver<Maybe<Array<ResolversTypes['Funnel']>>, ParentType, ContextType, RequireFields<QueryFunnelArgs, 'steps' | 'from' | 'to' | 'within'>>;
  retention?: Resolver<Maybe<Array<ResolversTypes['RetentionCohort']>>, ParentType, ContextType, RequireFields<QueryRetentionArgs, 'cohort' | 'activity' | 'period' | 'from' | 'to'>>;
  inferenceModels?: Resolver<Maybe<Array<ResolversTypes['InferenceModel']>>, ParentType, ContextType>;
  inferenceModel?: Resolver<Maybe<ResolversTypes['InferenceModel']>, ParentType, ContextType, RequireFields<QueryInferenceModelArgs, 'name'>>;
  predict?: Resolver<Maybe<ResolversTypes['Predictions']>, ParentType, ContextType, RequireFields<QueryPredictArgs, 'model' | 'inputs'>>;
  analyticsQuery?: Resolver<Maybe<ResolversTypes['AnalyticsAnswer']>, ParentType, ContextType, RequireFields<QueryAnalyticsQueryArgs, 'sql'>>;
  analyticsTables?: Resolver<Maybe<Array<ResolversTypes['AnalyticsTable']>>, ParentType, ContextType, Partial<QueryAnalyticsTablesArgs>>;
  pipelines?: Resolver<Maybe<Array<ResolversTypes['Pipeline']>>, ParentType, ContextType>;
  pipeline?: Resolver<Maybe<ResolversTypes['Pipeline']>, ParentType, ContextType, RequireFields<QueryPipelineArgs, 'name'>>;
};

export type MetricResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Metric'] = ResolversParentTypes['Metric']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  description?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  over?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  measures?: Resolver<Array<ResolversTypes['MetricMeasure']>, ParentType, ContextType>;
  windows?: Resolver<Array<ResolversTypes['MetricWindowKind']>, ParentType, ContextType>;
  dimensions?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  groupings?: Resolver<Array<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  fields?: Resolver<Array<ResolversTypes['AddedField']>, ParentType, ContextType>;
};

export type AddedFieldResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AddedField'] = ResolversParentTypes['AddedField']> = {
  type?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  description?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type MetricMeasureResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MetricMeasure'] = ResolversParentTypes['MetricMeasure']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  function?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type MetricWindowKindResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MetricWindowKind'] = ResolversParentTypes['MetricWindowKind']> = {
  name?: Resolver<ResolversTypes['MetricWindow'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  sizeSeconds?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  slideSeconds?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  gapSeconds?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type MetricResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MetricResult'] = ResolversParentTypes['MetricResult']> = {
  metric?: Resolver<ResolversTypes['Metric'], ParentType, ContextType>;
  window?: Resolver<ResolversTypes['MetricWindow'], ParentType, ContextType>;
  freshness?: Resolver<ResolversTypes['MetricFreshness'], ParentType, ContextType>;
  series?: Resolver<Array<ResolversTypes['MetricSeries']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type MetricFreshnessResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MetricFreshness'] = ResolversParentTypes['MetricFreshness']> = {
  watermark?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  latest?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  lagMs?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  late?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  ahead?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  invalid?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  overflow?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type MetricSeriesResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MetricSeries'] = ResolversParentTypes['MetricSeries']> = {
  dimensions?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
  points?: Resolver<Array<ResolversTypes['MetricPoint']>, ParentType, ContextType>;
};

export type MetricPointResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MetricPoint'] = ResolversParentTypes['MetricPoint']> = {
  start?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  end?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  rows?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  value?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType, Partial<MetricPointValueArgs>>;
  values?: Resolver<Array<ResolversTypes['MetricValue']>, ParentType, ContextType>;
  byMeasure?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
};

export type MetricValueResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MetricValue'] = ResolversParentTypes['MetricValue']> = {
  measure?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  value?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
};

export type MetricRankResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MetricRank'] = ResolversParentTypes['MetricRank']> = {
  key?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  value?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  point?: Resolver<ResolversTypes['MetricPoint'], ParentType, ContextType>;
};

export type MetricUpdateResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MetricUpdate'] = ResolversParentTypes['MetricUpdate']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  window?: Resolver<ResolversTypes['MetricWindow'], ParentType, ContextType>;
  series?: Resolver<Array<ResolversTypes['MetricSeries']>, ParentType, ContextType>;
};

export type FunnelResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Funnel'] = ResolversParentTypes['Funnel']> = {
  key?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  steps?: Resolver<Array<ResolversTypes['FunnelStepCount']>, ParentType, ContextType>;
};

export type FunnelStepCountResolvers<ContextType = Context, ParentType extends ResolversParentTypes['FunnelStepCount'] = ResolversParentTypes['FunnelStepCount']> = {
  event?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  subjects?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  conversion?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type RetentionCohortResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RetentionCohort'] = ResolversParentTypes['RetentionCohort']> = {
  start?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  subjects?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  active?: Resolver<Array<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type TrackResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TrackResult'] = ResolversParentTypes['TrackResult']> = {
  id?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['TrackStatus'], ParentType, ContextType>;
  error?: Resolver<Maybe<ResolversTypes['TrackError']>, ParentType, ContextType>;
};

export type TrackErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TrackError'] = ResolversParentTypes['TrackError']> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type TrackedEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TrackedEvent'] = ResolversParentTypes['TrackedEvent']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  description?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  properties?: Resolver<Array<ResolversTypes['TrackedProperty']>, ParentType, ContextType>;
};

export type TrackedPropertyResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TrackedProperty'] = ResolversParentTypes['TrackedProperty']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  description?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  type?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  required?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type InferenceModelResolvers<ContextType = Context, ParentType extends ResolversParentTypes['InferenceModel'] = ResolversParentTypes['InferenceModel']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  description?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  liveVersion?: Resolver<Maybe<ResolversTypes['InferenceModelVersion']>, ParentType, ContextType>;
  shadow?: Resolver<Maybe<ResolversTypes['InferenceShadow']>, ParentType, ContextType>;
  versions?: Resolver<Array<ResolversTypes['InferenceModelVersion']>, ParentType, ContextType>;
  fields?: Resolver<Array<ResolversTypes['AddedField']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type InferenceModelVersionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['InferenceModelVersion'] = ResolversParentTypes['InferenceModelVersion']> = {
  model?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  sha256?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  sizeBytes?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  inputs?: Resolver<Array<ResolversTypes['InferenceTensor']>, ParentType, ContextType>;
  outputs?: Resolver<Array<ResolversTypes['InferenceTensor']>, ParentType, ContextType>;
  note?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type InferenceTensorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['InferenceTensor'] = ResolversParentTypes['InferenceTensor']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['InferenceTensorType'], ParentType, ContextType>;
  shape?: Resolver<Array<Maybe<ResolversTypes['Int']>>, ParentType, ContextType>;
};

export type PredictionsResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Predictions'] = ResolversParentTypes['Predictions']> = {
  model?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  predictions?: Resolver<Array<ResolversTypes['Prediction']>, ParentType, ContextType>;
};

export type PredictionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Prediction'] = ResolversParentTypes['Prediction']> = {
  outputs?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  error?: Resolver<Maybe<ResolversTypes['PredictionError']>, ParentType, ContextType>;
};

export type PredictionErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PredictionError'] = ResolversParentTypes['PredictionError']> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  input?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type AnalyticsTableResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AnalyticsTable'] = ResolversParentTypes['AnalyticsTable']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  description?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  columns?: Resolver<Array<ResolversTypes['AnalyticsColumn']>, ParentType, ContextType>;
  rowsUrl?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type AnalyticsAnswerResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AnalyticsAnswer'] = ResolversParentTypes['AnalyticsAnswer']> = {
  columns?: Resolver<Array<ResolversTypes['AnalyticsColumn']>, ParentType, ContextType>;
  rows?: Resolver<Array<Array<Maybe<ResolversTypes['JSON']>>>, ParentType, ContextType>;
  truncated?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type AnalyticsColumnResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AnalyticsColumn'] = ResolversParentTypes['AnalyticsColumn']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type InferenceShadowResolvers<ContextType = Context, ParentType extends ResolversParentTypes['InferenceShadow'] = ResolversParentTypes['InferenceShadow']> = {
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  output?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  items?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  stabilityIndex?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  meanDifference?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
};

export type PipelineResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Pipeline'] = ResolversParentTypes['Pipeline']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  metric?: Resolver<ResolversTypes['Metric'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  engine?: Resolver<ResolversTypes['StreamEngine'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['PipelineState'], ParentType, ContextType>;
  since?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  failure?: Resolver<Maybe<ResolversTypes['PipelineFailure']>, ParentType, ContextType>;
  savepointFailure?: Resolver<Maybe<ResolversTypes['PipelineFailure']>, ParentType, ContextType>;
  savepoint?: Resolver<Maybe<ResolversTypes['PipelineSavepoint']>, ParentType, ContextType>;
  topic?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  eventsBehind?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  lagMs?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  checkpoint?: Resolver<Maybe<ResolversTypes['PipelineCheckpoint']>, ParentType, ContextType>;
  change?: Resolver<Maybe<ResolversTypes['PipelineChange']>, ParentType, ContextType>;
};

export type PipelineSavepointResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PipelineSavepoint'] = ResolversParentTypes['PipelineSavepoint']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  place?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  restoredAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type PipelineFailureResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PipelineFailure'] = ResolversParentTypes['PipelineFailure']> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type PipelineCheckpointResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PipelineCheckpoint'] = ResolversParentTypes['PipelineCheckpoint']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  offsets?: Resolver<Array<Maybe<ResolversTypes['Float']>>, ParentType, ContextType>;
};

export type PipelineChangeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PipelineChange'] = ResolversParentTypes['PipelineChange']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['PipelineChangeKind'], ParentType, ContextType>;
};

export interface Link__ImportScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['link__Import'], any> {
  name: 'link__Import';
}

export interface Federation__FieldSetScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['federation__FieldSet'], any> {
  name: 'federation__FieldSet';
}

export interface Federation__ScopeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['federation__Scope'], any> {
  name: 'federation__Scope';
}

export interface Federation__PolicyScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['federation__Policy'], any> {
  name: 'federation__Policy';
}

export interface Federation__ContextFieldValueScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['federation__ContextFieldValue'], any> {
  name: 'federation__ContextFieldValue';
}

export interface _AnyScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['_Any'], any> {
  name: '_Any';
}

export type _ServiceResolvers<ContextType = Context, ParentType extends ResolversParentTypes['_Service'] = ResolversParentTypes['_Service']> = {
  sdl?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  track?: Resolver<Maybe<Array<ResolversTypes['TrackResult']>>, ParentType, ContextType, RequireFields<MutationTrackArgs, 'events' | 'checkOnly'>>;
  registerModelVersion?: Resolver<Maybe<ResolversTypes['InferenceModelVersion']>, ParentType, ContextType, RequireFields<MutationRegisterModelVersionArgs, 'input'>>;
  promoteModelVersion?: Resolver<Maybe<ResolversTypes['InferenceModel']>, ParentType, ContextType, RequireFields<MutationPromoteModelVersionArgs, 'model' | 'version'>>;
  rollbackModel?: Resolver<Maybe<ResolversTypes['InferenceModel']>, ParentType, ContextType, RequireFields<MutationRollbackModelArgs, 'model'>>;
  retireModel?: Resolver<Maybe<ResolversTypes['InferenceModel']>, ParentType, ContextType, RequireFields<MutationRetireModelArgs, 'model'>>;
  deleteModelVersion?: Resolver<Maybe<ResolversTypes['InferenceModel']>, ParentType, ContextType, RequireFields<MutationDeleteModelVersionArgs, 'model' | 'version'>>;
  setShadowVersion?: Resolver<Maybe<ResolversTypes['InferenceModel']>, ParentType, ContextType, RequireFields<MutationSetShadowVersionArgs, 'model'>>;
  stopPipeline?: Resolver<Maybe<ResolversTypes['Pipeline']>, ParentType, ContextType, RequireFields<MutationStopPipelineArgs, 'name' | 'withoutSavepoint'>>;
  startPipeline?: Resolver<Maybe<ResolversTypes['Pipeline']>, ParentType, ContextType, RequireFields<MutationStartPipelineArgs, 'name'>>;
  recomputePipeline?: Resolver<Maybe<ResolversTypes['Pipeline']>, ParentType, ContextType, RequireFields<MutationRecomputePipelineArgs, 'name'>>;
};

export type SubscriptionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  metricUpdated?: SubscriptionResolver<Maybe<ResolversTypes['MetricUpdate']>, "metricUpdated", ParentType, ContextType, RequireFields<SubscriptionMetricUpdatedArgs, 'name'>>;
};

export type Resolvers<ContextType = Context> = {
  Cursor?: GraphQLScalarType;
  DateTime?: GraphQLScalarType;
  JSON?: GraphQLScalarType;
  Base64?: GraphQLScalarType;
  PageInfo?: PageInfoResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Metric?: MetricResolvers<ContextType>;
  AddedField?: AddedFieldResolvers<ContextType>;
  MetricMeasure?: MetricMeasureResolvers<ContextType>;
  MetricWindowKind?: MetricWindowKindResolvers<ContextType>;
  MetricResult?: MetricResultResolvers<ContextType>;
  MetricFreshness?: MetricFreshnessResolvers<ContextType>;
  MetricSeries?: MetricSeriesResolvers<ContextType>;
  MetricPoint?: MetricPointResolvers<ContextType>;
  MetricValue?: MetricValueResolvers<ContextType>;
  MetricRank?: MetricRankResolvers<ContextType>;
  MetricUpdate?: MetricUpdateResolvers<ContextType>;
  Funnel?: FunnelResolvers<ContextType>;
  FunnelStepCount?: FunnelStepCountResolvers<ContextType>;
  RetentionCohort?: RetentionCohortResolvers<ContextType>;
  TrackResult?: TrackResultResolvers<ContextType>;
  TrackError?: TrackErrorResolvers<ContextType>;
  TrackedEvent?: TrackedEventResolvers<ContextType>;
  TrackedProperty?: TrackedPropertyResolvers<ContextType>;
  InferenceModel?: InferenceModelResolvers<ContextType>;
  InferenceModelVersion?: InferenceModelVersionResolvers<ContextType>;
  InferenceTensor?: InferenceTensorResolvers<ContextType>;
  Predictions?: PredictionsResolvers<ContextType>;
  Prediction?: PredictionResolvers<ContextType>;
  PredictionError?: PredictionErrorResolvers<ContextType>;
  AnalyticsTable?: AnalyticsTableResolvers<ContextType>;
  AnalyticsAnswer?: AnalyticsAnswerResolvers<ContextType>;
  AnalyticsColumn?: AnalyticsColumnResolvers<ContextType>;
  InferenceShadow?: InferenceShadowResolvers<ContextType>;
  Pipeline?: PipelineResolvers<ContextType>;
  PipelineSavepoint?: PipelineSavepointResolvers<ContextType>;
  PipelineFailure?: PipelineFailureResolvers<ContextType>;
  PipelineCheckpoint?: PipelineCheckpointResolvers<ContextType>;
  PipelineChange?: PipelineChangeResolvers<ContextType>;
  link__Import?: GraphQLScalarType;
  federation__FieldSet?: GraphQLScalarType;
  federation__Scope?: GraphQLScalarType;
  federation__Policy?: GraphQLScalarType;
  federation__ContextFieldValue?: GraphQLScalarType;
  _Any?: GraphQLScalarType;
  _Service?: _ServiceResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = Context> = {
  allow?: AllowDirectiveResolver<any, any, ContextType>;
  logStream?: LogStreamDirectiveResolver<any, any, ContextType>;
  ephemeral?: EphemeralDirectiveResolver<any, any, ContextType>;
  checkedPerItem?: CheckedPerItemDirectiveResolver<any, any, ContextType>;
  link?: LinkDirectiveResolver<any, any, ContextType>;
  key?: KeyDirectiveResolver<any, any, ContextType>;
  requires?: RequiresDirectiveResolver<any, any, ContextType>;
  provides?: ProvidesDirectiveResolver<any, any, ContextType>;
  external?: ExternalDirectiveResolver<any, any, ContextType>;
  tag?: TagDirectiveResolver<any, any, ContextType>;
  federation__extends?: Federation__ExtendsDirectiveResolver<any, any, ContextType>;
  shareable?: ShareableDirectiveResolver<any, any, ContextType>;
  inaccessible?: InaccessibleDirectiveResolver<any, any, ContextType>;
  override?: OverrideDirectiveResolver<any, any, ContextType>;
  composeDirective?: ComposeDirectiveDirectiveResolver<any, any, ContextType>;
  interfaceObject?: InterfaceObjectDirectiveResolver<any, any, ContextType>;
  federation__authenticated?: Federation__AuthenticatedDirectiveResolver<any, any, ContextType>;
  federation__requiresScopes?: Federation__RequiresScopesDirectiveResolver<any, any, ContextType>;
  federation__policy?: Federation__PolicyDirectiveResolver<any, any, ContextType>;
  federation__context?: Federation__ContextDirectiveResolver<any, any, ContextType>;
  federation__fromContext?: Federation__FromContextDirectiveResolver<any, any, ContextType>;
  cost?: CostDirectiveResolver<any, any, ContextType>;
  listSize?: ListSizeDirectiveResolver<any, any, ContextType>;
};

