/* Generated from schema.graphql by `npm run codegen`. Do not edit. */
/* eslint-disable */
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { RunRecord, JobRecord, QueueRecord, ScheduleRecord, TriggerRecord, HookRecord, RunLogRecord, RunPageRecord, RunLogPageRecord, QueuePageRecord, SchedulePageRecord, TriggerPageRecord, HookPageRecord } from '../mappers.ts';
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
  /** What can be run here, by name: the jobs that runners at work name. One that has gone from their code is absent within three minutes. */
  jobs: Array<Job>;
  job?: Maybe<Job>;
  /** Runs of the workspace, the latest first unless ordered otherwise; finished ones for 30 days, dead letters for 90. */
  runs: RunConnection;
  run?: Maybe<Run>;
  /** Runs that failed for good, the latest first: retryRun drives them again. */
  deadLetters: RunConnection;
  /** Queues that have runs, or settings, by name. */
  queues: QueueConnection;
  /** One queue; null without runs and settings. */
  queue?: Maybe<Queue>;
  /** Schedules of the workspace, in the order of their making. */
  schedules: ScheduleConnection;
  schedule?: Maybe<Schedule>;
  /** Triggers of the workspace, in the order of their making. */
  triggers: TriggerConnection;
  trigger?: Maybe<Trigger>;
  /** What triggers can follow. */
  triggerTopics: Array<TriggerTopic>;
  /** Inbound webhooks of the workspace, in the order of their making. */
  hooks: HookConnection;
  hook?: Maybe<Hook>;
  _entities: Array<Maybe<_Entity>>;
  _service: _Service;
};


export type QueryJobArgs = {
  name: Scalars['String']['input'];
};


export type QueryRunsArgs = {
  where?: InputMaybe<RunWhere>;
  orderBy?: InputMaybe<RunOrder>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


export type QueryRunArgs = {
  id: Scalars['ID']['input'];
};


export type QueryDeadLettersArgs = {
  job?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


export type QueryQueuesArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


export type QueryQueueArgs = {
  name: Scalars['String']['input'];
};


export type QuerySchedulesArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


export type QueryScheduleArgs = {
  id: Scalars['ID']['input'];
};


export type QueryTriggersArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


export type QueryTriggerArgs = {
  id: Scalars['ID']['input'];
};


export type QueryHooksArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


export type QueryHookArgs = {
  id: Scalars['ID']['input'];
};


export type Query_EntitiesArgs = {
  representations: Array<Scalars['_Any']['input']>;
};

export type Mutation = {
  __typename?: 'Mutation';
  /**
   * Enqueues a run, which acts with the rights of the caller. BAD_USER_INPUT when the input does not fit the job, NOT_FOUND for an unknown job or
   * dependency, QUEUE_DRAINING, RUN_LIMIT.
   */
  enqueueJob: JobEnqueued;
  /**
   * Enqueues up to 100 runs that depend on each other, all or none. Answers them in the order of the steps. The same steps with the same `uniqueKey` are
   * answered the same runs for a day, so that the call can be repeated when its answer was lost.
   */
  enqueueDag: Array<Run>;
  /**
   * Cancels a run, the runs it enqueued, and everything that depends on any of them. What waits is cancelled at once; what runs is told,
   * and CANCELLED when its work has stopped. A finished run stays as it is; what hangs on it and has not finished is cancelled. Where more than 1,000 runs hang on it
   * they follow a thousand at a time, also when the answer has come before: none of them begins any more.
   */
  cancelRun: Run;
  /**
   * Drives a failed or cancelled run again, from its checkpoint, with the rights of the caller; what was skipped or cancelled because of it follows. STATE_CONFLICT
   * while a later run has its uniqueKey or what it belongs to is still being cancelled, and for one that never began because of another, which is named: that one is to be retried. QUEUE_DRAINING
   * where its queue, or that of what would follow, is draining.
   */
  retryRun: Run;
  /** Enqueues a new run with the original input of this one. QUEUE_DRAINING as for any run that is enqueued. */
  replayRun: Run;
  /** Starts nothing of this queue until it is resumed; what runs goes on. With an `expectedVersion`, here and below, VERSION_CONFLICT once it is at another. */
  pauseQueue: Queue;
  resumeQueue: Queue;
  /**
   * Takes no runs until it is resumed: none that are new, none that are replayed, and none that have ended and are retried by somebody. What has not ended is worked off, with all
   * the attempts it has left.
   */
  drainQueue: Queue;
  /** Limits a queue; what is left out stays as it is, 0 takes a limit away. */
  limitQueue: Queue;
  /** CONFLICT when the name is taken, RUN_LIMIT beyond 100 schedules. */
  createSchedule: Schedule;
  /** Changes what is given; VERSION_CONFLICT once it is at another version than is expected. The schedule acts with the rights of whoever changed it last. */
  updateSchedule: Schedule;
  /** True when there was one; runs it has enqueued stay. */
  deleteSchedule: Scalars['Boolean']['output'];
  /**
   * Enqueues a run for each event from now on that fits, once, with the rights of the caller. NOT_FOUND for the job, FORBIDDEN for a topic whose
   * events the caller may not read, BAD_USER_INPUT with the paths there are for a path at which no event has anything, CONFLICT when the name is taken,
   * RUN_LIMIT beyond 100 triggers.
   */
  createTrigger: Trigger;
  /** Changes what is given; VERSION_CONFLICT once it is at another version than is expected. The trigger acts with the rights of whoever changed it last; its last error is forgotten. */
  updateTrigger: Trigger;
  /** True when there was one; runs it has enqueued stay. */
  deleteTrigger: Scalars['Boolean']['output'];
  /**
   * Makes an address that others send signed JSON to; each call is a run with the body as its input and the rights of the caller. NOT_FOUND for the
   * job, CONFLICT when the name is taken, RUN_LIMIT beyond 100 hooks.
   */
  createHook: HookSecretShown;
  /** Changes what is given; VERSION_CONFLICT once it is at another version than is expected. The hook acts with the rights of whoever changed it last. */
  updateHook: Hook;
  /** A new secret. Those before it go on to hold for `keepOldForMs` (a day; 30 days at most), or end at once with 0. */
  rotateHookSecret: HookSecretShown;
  /** True when there was one: its address and its secrets are gone at once; runs it has enqueued stay. */
  deleteHook: Scalars['Boolean']['output'];
};


export type MutationEnqueueJobArgs = {
  input: EnqueueJobInput;
};


export type MutationEnqueueDagArgs = {
  steps: Array<DagStepInput>;
  uniqueKey?: InputMaybe<Scalars['String']['input']>;
};


export type MutationCancelRunArgs = {
  id: Scalars['ID']['input'];
};


export type MutationRetryRunArgs = {
  id: Scalars['ID']['input'];
};


export type MutationReplayRunArgs = {
  id: Scalars['ID']['input'];
};


export type MutationPauseQueueArgs = {
  name: Scalars['String']['input'];
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
};


export type MutationResumeQueueArgs = {
  name: Scalars['String']['input'];
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
};


export type MutationDrainQueueArgs = {
  name: Scalars['String']['input'];
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
};


export type MutationLimitQueueArgs = {
  name: Scalars['String']['input'];
  limits: QueueLimitsInput;
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
};


export type MutationCreateScheduleArgs = {
  input: CreateScheduleInput;
};


export type MutationUpdateScheduleArgs = {
  id: Scalars['ID']['input'];
  input: UpdateScheduleInput;
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
};


export type MutationDeleteScheduleArgs = {
  id: Scalars['ID']['input'];
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
};


export type MutationCreateTriggerArgs = {
  input: CreateTriggerInput;
};


export type MutationUpdateTriggerArgs = {
  id: Scalars['ID']['input'];
  input: UpdateTriggerInput;
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
};


export type MutationDeleteTriggerArgs = {
  id: Scalars['ID']['input'];
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
};


export type MutationCreateHookArgs = {
  input: CreateHookInput;
};


export type MutationUpdateHookArgs = {
  id: Scalars['ID']['input'];
  input: UpdateHookInput;
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
};


export type MutationRotateHookSecretArgs = {
  id: Scalars['ID']['input'];
  keepOldForMs?: Scalars['Int']['input'];
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
};


export type MutationDeleteHookArgs = {
  id: Scalars['ID']['input'];
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
};

export type Subscription = {
  __typename?: 'Subscription';
  /** What becomes of runs: each change of state, and progress. */
  runChanged?: Maybe<RunChange>;
  /** Lines of a run's log as they are written. NOT_FOUND for a run that is not of this workspace. */
  runLog?: Maybe<RunLogLines>;
};


export type SubscriptionRunChangedArgs = {
  where?: InputMaybe<RunWhere>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


export type SubscriptionRunLogArgs = {
  runId: Scalars['ID']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
};

/** Something that can be run. */
export type Job = {
  __typename?: 'Job';
  name: Scalars['String']['output'];
  description: Scalars['String']['output'];
  /** Where its runs go unless said otherwise. */
  queue: Scalars['String']['output'];
  /** JSON Schema (2020-12) of the input. */
  inputSchema: Scalars['JSON']['output'];
  maxAttempts: Scalars['Int']['output'];
  timeLimitMs: Scalars['Int']['output'];
  /**
   * Megabytes that the process of a run, and all that it starts, may have in memory together: beyond it the run ends as OUT_OF_MEMORY. Null where runs share the process of
   * their runner.
   */
  memoryMb?: Maybe<Scalars['Int']['output']>;
};

export type RunState =
  /** For runs it depends on. */
  | 'WAITING'
  /** Until its moment, or before another attempt. */
  | 'DELAYED'
  /** Its queue is paused. */
  | 'HELD'
  | 'QUEUED'
  | 'RUNNING'
  | 'SUCCEEDED'
  /** For good: a dead letter. */
  | 'FAILED'
  | 'CANCELLED'
  /** A condition on what it depends on cannot be met any more. */
  | 'SKIPPED';

/** One execution of a job. */
export type Run = {
  __typename?: 'Run';
  id: Scalars['ID']['output'];
  jobName: Scalars['String']['output'];
  /** Null when no runner at work names the job any more. */
  job?: Maybe<Job>;
  queue: Scalars['String']['output'];
  state: RunState;
  priority: Scalars['Int']['output'];
  input?: Maybe<Scalars['JSON']['output']>;
  /** Null until it has succeeded. */
  output?: Maybe<Scalars['JSON']['output']>;
  /** Why the last attempt failed; of a run that is QUEUED and has had none, that no runner at work names its job, which is waited for for a day. */
  error?: Maybe<RunError>;
  progress: RunProgress;
  /** Attempts begun, those before it was driven again included. */
  attempt: Scalars['Int']['output'];
  /** Attempts in all; driven again, it has as many once more. */
  maxAttempts: Scalars['Int']['output'];
  timeLimitMs: Scalars['Int']['output'];
  cancelRequested: Scalars['Boolean']['output'];
  /** With whose rights it acts. */
  startedBy: RunStarter;
  /** What enqueued it: `api`, `run`, `schedule:<id>`, `trigger:<id>`, `hook:<id>`. */
  origin: Scalars['String']['output'];
  /** Up to 10,000 lines, in the order in which they were said, or with the last one first. */
  logs: RunLogConnection;
  dependencies: Array<RunDependency>;
  /** The run that enqueued it. */
  parent?: Maybe<Run>;
  children: RunConnection;
  /** All that hangs together with it, through dependencies and who enqueued whom: the run itself and up to 499 others, with 5,000 links at most. */
  graph: RunGraph;
  /** The run it repeats. */
  replayOf?: Maybe<Run>;
  createdAt: Scalars['DateTime']['output'];
  /** Not to be started before. */
  runAt: Scalars['DateTime']['output'];
  /** When the last attempt began. */
  startedAt?: Maybe<Scalars['DateTime']['output']>;
  finishedAt?: Maybe<Scalars['DateTime']['output']>;
};


/** One execution of a job. */
export type RunLogsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
  newestFirst?: Scalars['Boolean']['input'];
};


/** One execution of a job. */
export type RunChildrenArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
};

export type RunError = {
  __typename?: 'RunError';
  /** One of the codes of every error, or TIME_LIMIT, LEASE_LOST, CANCELLED. */
  code: Scalars['String']['output'];
  message: Scalars['String']['output'];
};

export type RunProgress = {
  __typename?: 'RunProgress';
  done: Scalars['Float']['output'];
  /** Null when it is not known. */
  total?: Maybe<Scalars['Float']['output']>;
  message?: Maybe<Scalars['String']['output']>;
};

export type RunStarter = {
  __typename?: 'RunStarter';
  kind: Scalars['String']['output'];
  id: Scalars['ID']['output'];
  /** Null for API keys and services. */
  user?: Maybe<User>;
};

export type User = {
  __typename?: 'User';
  id: Scalars['ID']['output'];
};

export type RunCondition =
  /** It succeeded. */
  | 'SUCCESS'
  /** It failed for good. */
  | 'FAILURE'
  /** It succeeded, failed or was skipped. */
  | 'FINISH';

export type RunDependency = {
  __typename?: 'RunDependency';
  run: Run;
  condition: RunCondition;
};

export type RunGraph = {
  __typename?: 'RunGraph';
  /** In the order of their making. */
  runs: Array<Run>;
  links: Array<RunLink>;
  /** True when more hangs together than is told. */
  truncated: Scalars['Boolean']['output'];
};

/** One run that another waits for, or that enqueued it. */
export type RunLink = {
  __typename?: 'RunLink';
  from: Scalars['ID']['output'];
  to: Scalars['ID']['output'];
  /** Upon what `to` waits for `from`; null when `from` enqueued it. */
  condition?: Maybe<RunCondition>;
};

export type RunLogLevel =
  | 'DEBUG'
  | 'INFO'
  | 'WARN'
  | 'ERROR';

export type RunLogLine = {
  __typename?: 'RunLogLine';
  /** Grows by one from line to line. */
  seq: Scalars['Int']['output'];
  at: Scalars['DateTime']['output'];
  level: RunLogLevel;
  message: Scalars['String']['output'];
  fields: Scalars['JSON']['output'];
};

export type RunLogConnection = {
  __typename?: 'RunLogConnection';
  edges: Array<RunLogEdge>;
  nodes: Array<RunLogLine>;
  pageInfo: PageInfo;
};

export type RunLogEdge = {
  __typename?: 'RunLogEdge';
  cursor: Scalars['Cursor']['output'];
  node: RunLogLine;
};

export type RunConnection = {
  __typename?: 'RunConnection';
  edges: Array<RunEdge>;
  nodes: Array<Run>;
  pageInfo: PageInfo;
};

export type RunEdge = {
  __typename?: 'RunEdge';
  cursor: Scalars['Cursor']['output'];
  node: Run;
};

export type RunTextComparison = {
  eq?: InputMaybe<Scalars['String']['input']>;
  in?: InputMaybe<Array<Scalars['String']['input']>>;
};

export type RunIdComparison = {
  eq?: InputMaybe<Scalars['ID']['input']>;
  in?: InputMaybe<Array<Scalars['ID']['input']>>;
};

export type RunStateComparison = {
  eq?: InputMaybe<RunState>;
  in?: InputMaybe<Array<RunState>>;
};

/** All conditions given must hold; `{}` as a whole is for all. A condition that is null, empty or lost with its variable is refused. */
export type RunWhere = {
  id?: InputMaybe<RunIdComparison>;
  job?: InputMaybe<RunTextComparison>;
  queue?: InputMaybe<RunTextComparison>;
  state?: InputMaybe<RunStateComparison>;
  parentId?: InputMaybe<RunIdComparison>;
  /** User id or API key id. */
  startedBy?: InputMaybe<RunTextComparison>;
  origin?: InputMaybe<RunTextComparison>;
};

export type RunOrder = {
  createdAt: SortDirection;
};

export type RunChange = {
  __typename?: 'RunChange';
  /** Continues right after this change. */
  cursor: Scalars['Cursor']['output'];
  /** The event's type: `jobs.run.progressed`. */
  type: Scalars['String']['output'];
  at: Scalars['DateTime']['output'];
  /** As the event tells it. */
  state: RunState;
  attempt: Scalars['Int']['output'];
  progress: RunProgress;
  /** As it is now, which may be later. */
  run: Run;
};

export type RunLogLines = {
  __typename?: 'RunLogLines';
  /** Continues right after these lines. */
  cursor: Scalars['Cursor']['output'];
  lines: Array<RunLogLine>;
};

export type QueueState =
  | 'RUNNING'
  /** Starts nothing. */
  | 'PAUSED'
  /** Takes nothing, and works off what has not ended. */
  | 'DRAINING';

export type Queue = {
  __typename?: 'Queue';
  name: Scalars['String']['output'];
  /** Grows by 1 with each change that somebody makes; 0 for a queue that has runs and no settings yet. */
  version: Scalars['Int']['output'];
  state: QueueState;
  /** Runs at a time, in all and per key; null for no limit. */
  concurrency?: Maybe<Scalars['Int']['output']>;
  keyConcurrency?: Maybe<Scalars['Int']['output']>;
  /** Starts in any span of ratePeriodMs, in all and per key. */
  rateLimit?: Maybe<Scalars['Int']['output']>;
  keyRateLimit?: Maybe<Scalars['Int']['output']>;
  ratePeriodMs: Scalars['Int']['output'];
  /** Unfinished runs by state; states without any are left out. Counting stops at 100,000. */
  depth: Array<QueueDepth>;
};

export type QueueConnection = {
  __typename?: 'QueueConnection';
  edges: Array<QueueEdge>;
  nodes: Array<Queue>;
  pageInfo: PageInfo;
};

export type QueueEdge = {
  __typename?: 'QueueEdge';
  cursor: Scalars['Cursor']['output'];
  node: Queue;
};

export type QueueDepth = {
  __typename?: 'QueueDepth';
  state: RunState;
  runs: Scalars['Int']['output'];
};

export type QueueLimitsInput = {
  concurrency?: InputMaybe<Scalars['Int']['input']>;
  keyConcurrency?: InputMaybe<Scalars['Int']['input']>;
  rateLimit?: InputMaybe<Scalars['Int']['input']>;
  keyRateLimit?: InputMaybe<Scalars['Int']['input']>;
  ratePeriodMs?: InputMaybe<Scalars['Int']['input']>;
};

export type MissedRuns =
  /** Ticks that nobody was there to run are passed over. */
  | 'SKIP'
  /** One run for all that were missed. */
  | 'ONCE'
  /** A run for each, the latest 100 at most. */
  | 'CATCH_UP';

export type Schedule = {
  __typename?: 'Schedule';
  id: Scalars['ID']['output'];
  /** Starts at 1 and grows by 1 with each change that somebody makes; what it starts or tells of itself counts as none. */
  version: Scalars['Int']['output'];
  name: Scalars['String']['output'];
  jobName: Scalars['String']['output'];
  /** Five cron fields or a nickname: `0 3 * * 1-5`, `@daily`. */
  cron: Scalars['String']['output'];
  /** IANA name: `Europe/Berlin`. */
  timeZone: Scalars['String']['output'];
  missed: MissedRuns;
  enabled: Scalars['Boolean']['output'];
  input?: Maybe<Scalars['JSON']['output']>;
  /** Null while it is not enabled, or when its expression has no tick any more. */
  nextAt?: Maybe<Scalars['DateTime']['output']>;
  /** The last tick that was run. */
  lastAt?: Maybe<Scalars['DateTime']['output']>;
  /** Why the last tick that was due started nothing; null again after one that did. Such ticks are passed over. */
  lastError?: Maybe<RunError>;
  lastErrorAt?: Maybe<Scalars['DateTime']['output']>;
  /** The next `first` ticks (1 to 10; 3 when left out), in order; none while it is not enabled. */
  nextTimes: Array<Scalars['DateTime']['output']>;
  /** The run of its last tick, while that is kept. */
  lastRun?: Maybe<Run>;
  createdAt: Scalars['DateTime']['output'];
};


export type ScheduleNextTimesArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
};

export type ScheduleConnection = {
  __typename?: 'ScheduleConnection';
  edges: Array<ScheduleEdge>;
  nodes: Array<Schedule>;
  pageInfo: PageInfo;
};

export type ScheduleEdge = {
  __typename?: 'ScheduleEdge';
  cursor: Scalars['Cursor']['output'];
  node: Schedule;
};

export type RunDependencyInput = {
  runId: Scalars['ID']['input'];
  condition?: RunCondition;
};

export type EnqueueJobInput = {
  job: Scalars['String']['input'];
  /** Up to 256 KB of JSON that fits the job's inputSchema; `{}` when absent. */
  input?: InputMaybe<Scalars['JSON']['input']>;
  /** The job's own when absent. 1 to 100 letters, digits and `. : _ -`. */
  queue?: InputMaybe<Scalars['String']['input']>;
  /** -100 to 100; higher goes first. */
  priority?: InputMaybe<Scalars['Int']['input']>;
  /** Milliseconds from now, 24 days at most; or the moment, not both. */
  delayMs?: InputMaybe<Scalars['Int']['input']>;
  runAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** What the queue's limits per key count by. */
  key?: InputMaybe<Scalars['String']['input']>;
  /**
   * While a run with this key is not finished (or for uniqueForMs from its enqueueing), it is answered instead of a new one. It does not begin with
   * `schedule:`, `hook:` or `graph:`.
   */
  uniqueKey?: InputMaybe<Scalars['String']['input']>;
  /** 24 days at most, as an Int can be no greater. */
  uniqueForMs?: InputMaybe<Scalars['Int']['input']>;
  dependsOn?: InputMaybe<Array<RunDependencyInput>>;
  /** Attempts in all, 1 to 100; the job's own when absent. */
  maxAttempts?: InputMaybe<Scalars['Int']['input']>;
  /** Milliseconds, from one second to four hours; the job's own when absent. */
  timeLimitMs?: InputMaybe<Scalars['Int']['input']>;
};

export type JobEnqueued = {
  __typename?: 'JobEnqueued';
  run: Run;
  /** False: the run holds the unique key already. */
  isNew: Scalars['Boolean']['output'];
};

export type DagStepInput = {
  /** Unique among the steps; dependencies name it. */
  name: Scalars['String']['input'];
  job: EnqueueJobInput;
  dependsOn?: InputMaybe<Array<DagDependencyInput>>;
};

export type DagDependencyInput = {
  step: Scalars['String']['input'];
  condition?: RunCondition;
};

export type CreateScheduleInput = {
  /** Unique in the workspace, 1 to 100 characters. */
  name: Scalars['String']['input'];
  job: Scalars['String']['input'];
  cron: Scalars['String']['input'];
  timeZone?: Scalars['String']['input'];
  missed?: MissedRuns;
  enabled?: Scalars['Boolean']['input'];
  input?: InputMaybe<Scalars['JSON']['input']>;
  queue?: InputMaybe<Scalars['String']['input']>;
  priority?: InputMaybe<Scalars['Int']['input']>;
};

export type UpdateScheduleInput = {
  cron?: InputMaybe<Scalars['String']['input']>;
  timeZone?: InputMaybe<Scalars['String']['input']>;
  missed?: InputMaybe<MissedRuns>;
  enabled?: InputMaybe<Scalars['Boolean']['input']>;
  input?: InputMaybe<Scalars['JSON']['input']>;
};

/** A topic of the log whose events can start jobs. */
export type TriggerTopic = {
  __typename?: 'TriggerTopic';
  name: Scalars['String']['output'];
  types: Array<Scalars['String']['output']>;
  /** What conditions and inputs can name of an event besides `id`, `type`, `time`, `subject`, `actor.kind` and `actor.id`: `data.<field>`. */
  fields: Array<Scalars['String']['output']>;
};

/** Enqueues a run for each event that fits. */
export type Trigger = {
  __typename?: 'Trigger';
  id: Scalars['ID']['output'];
  /** Starts at 1 and grows by 1 with each change that somebody makes; what it starts or tells of itself counts as none. */
  version: Scalars['Int']['output'];
  name: Scalars['String']['output'];
  jobName: Scalars['String']['output'];
  topic: Scalars['String']['output'];
  types: Array<Scalars['String']['output']>;
  /** Null for every subject. */
  subject?: Maybe<Scalars['String']['output']>;
  conditions: Array<TriggerCondition>;
  /** JSON in which `{ "fromEvent": "data.id" }` stands for what the event says there; 100 times at most. */
  input?: Maybe<Scalars['JSON']['output']>;
  queue: Scalars['String']['output'];
  priority: Scalars['Int']['output'];
  enabled: Scalars['Boolean']['output'];
  /** Runs it enqueues in a minute of the clock at most; events beyond that are passed over. */
  runsPerMinute: Scalars['Int']['output'];
  /** Runs it has enqueued: `runs(where: { origin: { eq: "trigger:<id>" } })`. */
  fired: Scalars['Float']['output'];
  /** Events that fitted and started nothing; `lastError` says why the last of them did not. */
  passedOver: Scalars['Float']['output'];
  lastFiredAt?: Maybe<Scalars['DateTime']['output']>;
  /** Why the last event that fitted, and started nothing, did not; such events are passed over. */
  lastError?: Maybe<RunError>;
  lastErrorAt?: Maybe<Scalars['DateTime']['output']>;
  createdAt: Scalars['DateTime']['output'];
};

/** One of eq, in and contains is given. An absent value counts as null. */
export type TriggerCondition = {
  __typename?: 'TriggerCondition';
  path: Scalars['String']['output'];
  eq?: Maybe<Scalars['JSON']['output']>;
  in?: Maybe<Array<Maybe<Scalars['JSON']['output']>>>;
  contains?: Maybe<Scalars['JSON']['output']>;
};

export type TriggerConnection = {
  __typename?: 'TriggerConnection';
  edges: Array<TriggerEdge>;
  nodes: Array<Trigger>;
  pageInfo: PageInfo;
};

export type TriggerEdge = {
  __typename?: 'TriggerEdge';
  cursor: Scalars['Cursor']['output'];
  node: Trigger;
};

/** Give one of eq, in and contains; they compare with texts, numbers, booleans and null. */
export type TriggerConditionInput = {
  /** Names with dots between them: `data.model`, `data.after.folderId`. */
  path: Scalars['String']['input'];
  eq?: InputMaybe<Scalars['JSON']['input']>;
  in?: InputMaybe<Array<InputMaybe<Scalars['JSON']['input']>>>;
  /** The value is a list, and this is in it. */
  contains?: InputMaybe<Scalars['JSON']['input']>;
};

export type CreateTriggerInput = {
  /** Unique in the workspace, 1 to 100 characters. */
  name: Scalars['String']['input'];
  job: Scalars['String']['input'];
  /** One of `triggerTopics`. */
  topic: Scalars['String']['input'];
  /** Event types of the topic; all when absent. */
  types?: InputMaybe<Array<Scalars['String']['input']>>;
  /** One entity (`Airport/0192…`), or with a `*` at its end all that begin so. */
  subject?: InputMaybe<Scalars['String']['input']>;
  /** Ten at most; all must hold. */
  conditions?: InputMaybe<Array<TriggerConditionInput>>;
  /** As in `Trigger.input`; `{}` when absent. */
  input?: InputMaybe<Scalars['JSON']['input']>;
  queue?: InputMaybe<Scalars['String']['input']>;
  priority?: InputMaybe<Scalars['Int']['input']>;
  enabled?: Scalars['Boolean']['input'];
  /** 1 to 10,000. */
  runsPerMinute?: Scalars['Int']['input'];
};

export type UpdateTriggerInput = {
  types?: InputMaybe<Array<Scalars['String']['input']>>;
  /** An empty text for every subject. */
  subject?: InputMaybe<Scalars['String']['input']>;
  conditions?: InputMaybe<Array<TriggerConditionInput>>;
  input?: InputMaybe<Scalars['JSON']['input']>;
  queue?: InputMaybe<Scalars['String']['input']>;
  priority?: InputMaybe<Scalars['Int']['input']>;
  enabled?: InputMaybe<Scalars['Boolean']['input']>;
  runsPerMinute?: InputMaybe<Scalars['Int']['input']>;
};

/**
 * An address (`POST /hooks/<id>`) that starts a job when it is called with JSON and a signature as Standard Webhooks have it. See the jobs
 * subgraph's README.
 */
export type Hook = {
  __typename?: 'Hook';
  id: Scalars['ID']['output'];
  /** Starts at 1 and grows by 1 with each change that somebody makes; what it starts or tells of itself counts as none. */
  version: Scalars['Int']['output'];
  name: Scalars['String']['output'];
  jobName: Scalars['String']['output'];
  /** Below the address of the gateway: `/hooks/<id>`. */
  path: Scalars['String']['output'];
  queue: Scalars['String']['output'];
  priority: Scalars['Int']['output'];
  enabled: Scalars['Boolean']['output'];
  /** Those that hold now, the newest first. */
  secrets: Array<HookSecret>;
  lastCalledAt?: Maybe<Scalars['DateTime']['output']>;
  createdAt: Scalars['DateTime']['output'];
};

export type HookSecret = {
  __typename?: 'HookSecret';
  id: Scalars['ID']['output'];
  createdAt: Scalars['DateTime']['output'];
  /** Null for the newest, which holds until it is rotated. */
  expiresAt?: Maybe<Scalars['DateTime']['output']>;
};

export type HookSecretShown = {
  __typename?: 'HookSecretShown';
  hook: Hook;
  /** `whsec_…`: shown now and never again. */
  secret: Scalars['String']['output'];
};

export type HookConnection = {
  __typename?: 'HookConnection';
  edges: Array<HookEdge>;
  nodes: Array<Hook>;
  pageInfo: PageInfo;
};

export type HookEdge = {
  __typename?: 'HookEdge';
  cursor: Scalars['Cursor']['output'];
  node: Hook;
};

export type CreateHookInput = {
  /** Unique in the workspace, 1 to 100 characters. */
  name: Scalars['String']['input'];
  job: Scalars['String']['input'];
  queue?: InputMaybe<Scalars['String']['input']>;
  priority?: InputMaybe<Scalars['Int']['input']>;
  enabled?: Scalars['Boolean']['input'];
};

export type UpdateHookInput = {
  queue?: InputMaybe<Scalars['String']['input']>;
  priority?: InputMaybe<Scalars['Int']['input']>;
  enabled?: InputMaybe<Scalars['Boolean']['input']>;
};

export type Link__Purpose =
  /** `SECURITY` features provide metadata necessary to securely resolve fields. */
  | 'SECURITY'
  /** `EXECUTION` features provide metadata necessary for operation execution. */
  | 'EXECUTION';

export type _Service = {
  __typename?: '_Service';
  sdl?: Maybe<Scalars['String']['output']>;
};

export type _Entity = Hook | Job | Run | Schedule | Trigger | User;



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



/** Mapping of union types */
export type ResolversUnionTypes<_RefType extends Record<string, unknown>> = {
  _Entity:
    | ( HookRecord )
    | ( JobRecord )
    | ( RunRecord )
    | ( ScheduleRecord )
    | ( TriggerRecord )
    | ( User )
  ;
};


/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Cursor: ResolverTypeWrapper<Scalars['Cursor']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  JSON: ResolverTypeWrapper<Scalars['JSON']['output']>;
  Base64: ResolverTypeWrapper<Scalars['Base64']['output']>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  SortDirection: SortDirection;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Job: ResolverTypeWrapper<JobRecord>;
  RunState: RunState;
  Run: ResolverTypeWrapper<RunRecord>;
  RunError: ResolverTypeWrapper<RunError>;
  RunProgress: ResolverTypeWrapper<RunProgress>;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  RunStarter: ResolverTypeWrapper<RunStarter>;
  User: ResolverTypeWrapper<User>;
  RunCondition: RunCondition;
  RunDependency: ResolverTypeWrapper<Omit<RunDependency, 'run'> & { run: ResolversTypes['Run'] }>;
  RunGraph: ResolverTypeWrapper<Omit<RunGraph, 'runs'> & { runs: Array<ResolversTypes['Run']> }>;
  RunLink: ResolverTypeWrapper<RunLink>;
  RunLogLevel: RunLogLevel;
  RunLogLine: ResolverTypeWrapper<RunLogRecord>;
  RunLogConnection: ResolverTypeWrapper<RunLogPageRecord>;
  RunLogEdge: ResolverTypeWrapper<Omit<RunLogEdge, 'node'> & { node: ResolversTypes['RunLogLine'] }>;
  RunConnection: ResolverTypeWrapper<RunPageRecord>;
  RunEdge: ResolverTypeWrapper<Omit<RunEdge, 'node'> & { node: ResolversTypes['Run'] }>;
  RunTextComparison: RunTextComparison;
  RunIdComparison: RunIdComparison;
  RunStateComparison: RunStateComparison;
  RunWhere: RunWhere;
  RunOrder: RunOrder;
  RunChange: ResolverTypeWrapper<Omit<RunChange, 'run'> & { run: ResolversTypes['Run'] }>;
  RunLogLines: ResolverTypeWrapper<Omit<RunLogLines, 'lines'> & { lines: Array<ResolversTypes['RunLogLine']> }>;
  QueueState: QueueState;
  Queue: ResolverTypeWrapper<QueueRecord>;
  QueueConnection: ResolverTypeWrapper<QueuePageRecord>;
  QueueEdge: ResolverTypeWrapper<Omit<QueueEdge, 'node'> & { node: ResolversTypes['Queue'] }>;
  QueueDepth: ResolverTypeWrapper<QueueDepth>;
  QueueLimitsInput: QueueLimitsInput;
  MissedRuns: MissedRuns;
  Schedule: ResolverTypeWrapper<ScheduleRecord>;
  ScheduleConnection: ResolverTypeWrapper<SchedulePageRecord>;
  ScheduleEdge: ResolverTypeWrapper<Omit<ScheduleEdge, 'node'> & { node: ResolversTypes['Schedule'] }>;
  RunDependencyInput: RunDependencyInput;
  EnqueueJobInput: EnqueueJobInput;
  JobEnqueued: ResolverTypeWrapper<Omit<JobEnqueued, 'run'> & { run: ResolversTypes['Run'] }>;
  DagStepInput: DagStepInput;
  DagDependencyInput: DagDependencyInput;
  CreateScheduleInput: CreateScheduleInput;
  UpdateScheduleInput: UpdateScheduleInput;
  TriggerTopic: ResolverTypeWrapper<TriggerTopic>;
  Trigger: ResolverTypeWrapper<TriggerRecord>;
  TriggerCondition: ResolverTypeWrapper<TriggerCondition>;
  TriggerConnection: ResolverTypeWrapper<TriggerPageRecord>;
  TriggerEdge: ResolverTypeWrapper<Omit<TriggerEdge, 'node'> & { node: ResolversTypes['Trigger'] }>;
  TriggerConditionInput: TriggerConditionInput;
  CreateTriggerInput: CreateTriggerInput;
  UpdateTriggerInput: UpdateTriggerInput;
  Hook: ResolverTypeWrapper<HookRecord>;
  HookSecret: ResolverTypeWrapper<HookSecret>;
  HookSecretShown: ResolverTypeWrapper<Omit<HookSecretShown, 'hook'> & { hook: ResolversTypes['Hook'] }>;
  HookConnection: ResolverTypeWrapper<HookPageRecord>;
  HookEdge: ResolverTypeWrapper<Omit<HookEdge, 'node'> & { node: ResolversTypes['Hook'] }>;
  CreateHookInput: CreateHookInput;
  UpdateHookInput: UpdateHookInput;
  link__Purpose: Link__Purpose;
  link__Import: ResolverTypeWrapper<Scalars['link__Import']['output']>;
  federation__FieldSet: ResolverTypeWrapper<Scalars['federation__FieldSet']['output']>;
  federation__Scope: ResolverTypeWrapper<Scalars['federation__Scope']['output']>;
  federation__Policy: ResolverTypeWrapper<Scalars['federation__Policy']['output']>;
  federation__ContextFieldValue: ResolverTypeWrapper<Scalars['federation__ContextFieldValue']['output']>;
  _Any: ResolverTypeWrapper<Scalars['_Any']['output']>;
  _Service: ResolverTypeWrapper<_Service>;
  _Entity: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['_Entity']>;
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
  ID: Scalars['ID']['output'];
  Mutation: Record<PropertyKey, never>;
  Subscription: Record<PropertyKey, never>;
  Job: JobRecord;
  Run: RunRecord;
  RunError: RunError;
  RunProgress: RunProgress;
  Float: Scalars['Float']['output'];
  RunStarter: RunStarter;
  User: User;
  RunDependency: Omit<RunDependency, 'run'> & { run: ResolversParentTypes['Run'] };
  RunGraph: Omit<RunGraph, 'runs'> & { runs: Array<ResolversParentTypes['Run']> };
  RunLink: RunLink;
  RunLogLine: RunLogRecord;
  RunLogConnection: RunLogPageRecord;
  RunLogEdge: Omit<RunLogEdge, 'node'> & { node: ResolversParentTypes['RunLogLine'] };
  RunConnection: RunPageRecord;
  RunEdge: Omit<RunEdge, 'node'> & { node: ResolversParentTypes['Run'] };
  RunTextComparison: RunTextComparison;
  RunIdComparison: RunIdComparison;
  RunStateComparison: RunStateComparison;
  RunWhere: RunWhere;
  RunOrder: RunOrder;
  RunChange: Omit<RunChange, 'run'> & { run: ResolversParentTypes['Run'] };
  RunLogLines: Omit<RunLogLines, 'lines'> & { lines: Array<ResolversParentTypes['RunLogLine']> };
  Queue: QueueRecord;
  QueueConnection: QueuePageRecord;
  QueueEdge: Omit<QueueEdge, 'node'> & { node: ResolversParentTypes['Queue'] };
  QueueDepth: QueueDepth;
  QueueLimitsInput: QueueLimitsInput;
  Schedule: ScheduleRecord;
  ScheduleConnection: SchedulePageRecord;
  ScheduleEdge: Omit<ScheduleEdge, 'node'> & { node: ResolversParentTypes['Schedule'] };
  RunDependencyInput: RunDependencyInput;
  EnqueueJobInput: EnqueueJobInput;
  JobEnqueued: Omit<JobEnqueued, 'run'> & { run: ResolversParentTypes['Run'] };
  DagStepInput: DagStepInput;
  DagDependencyInput: DagDependencyInput;
  CreateScheduleInput: CreateScheduleInput;
  UpdateScheduleInput: UpdateScheduleInput;
  TriggerTopic: TriggerTopic;
  Trigger: TriggerRecord;
  TriggerCondition: TriggerCondition;
  TriggerConnection: TriggerPageRecord;
  TriggerEdge: Omit<TriggerEdge, 'node'> & { node: ResolversParentTypes['Trigger'] };
  TriggerConditionInput: TriggerConditionInput;
  CreateTriggerInput: CreateTriggerInput;
  UpdateTriggerInput: UpdateTriggerInput;
  Hook: HookRecord;
  HookSecret: HookSecret;
  HookSecretShown: Omit<HookSecretShown, 'hook'> & { hook: ResolversParentTypes['Hook'] };
  HookConnection: HookPageRecord;
  HookEdge: Omit<HookEdge, 'node'> & { node: ResolversParentTypes['Hook'] };
  CreateHookInput: CreateHookInput;
  UpdateHookInput: UpdateHookInput;
  link__Import: Scalars['link__Import']['output'];
  federation__FieldSet: Scalars['federation__FieldSet']['output'];
  federation__Scope: Scalars['federation__Scope']['output'];
  federation__Policy: Scalars['federation__Policy']['output'];
  federation__ContextFieldValue: Scalars['federation__ContextFieldValue']['output'];
  _Any: Scalars['_Any']['output'];
  _Service: _Service;
  _Entity: ResolversUnionTypes<ResolversParentTypes>['_Entity'];
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
  jobs?: Resolver<Array<ResolversTypes['Job']>, ParentType, ContextType>;
  job?: Resolver<Maybe<ResolversTypes['Job']>, ParentType, ContextType, RequireFields<QueryJobArgs, 'name'>>;
  runs?: Resolver<ResolversTypes['RunConnection'], ParentType, ContextType, Partial<QueryRunsArgs>>;
  run?: Resolver<Maybe<ResolversTypes['Run']>, ParentType, ContextType, RequireFields<QueryRunArgs, 'id'>>;
  deadLetters?: Resolver<ResolversTypes['RunConnection'], ParentType, ContextType, Partial<QueryDeadLettersArgs>>;
  queues?: Resolver<ResolversTypes['QueueConnection'], ParentType, ContextType, Partial<QueryQueuesArgs>>;
  queue?: Resolver<Maybe<ResolversTypes['Queue']>, ParentType, ContextType, RequireFields<QueryQueueArgs, 'name'>>;
  schedules?: Resolver<ResolversTypes['ScheduleConnection'], ParentType, ContextType, Partial<QuerySchedulesArgs>>;
  schedule?: Resolver<Maybe<ResolversTypes['Schedule']>, ParentType, ContextType, RequireFields<QueryScheduleArgs, 'id'>>;
  triggers?: Resolver<ResolversTypes['TriggerConnection'], ParentType, ContextType, Partial<QueryTriggersArgs>>;
  trigger?: Resolver<Maybe<ResolversTypes['Trigger']>, ParentType, ContextType, RequireFields<QueryTriggerArgs, 'id'>>;
  triggerTopics?: Resolver<Array<ResolversTypes['TriggerTopic']>, ParentType, ContextType>;
  hooks?: Resolver<ResolversTypes['HookConnection'], ParentType, ContextType, Partial<QueryHooksArgs>>;
  hook?: Resolver<Maybe<ResolversTypes['Hook']>, ParentType, ContextType, RequireFields<QueryHookArgs, 'id'>>;
  _entities?: Resolver<Array<Maybe<ResolversTypes['_Entity']>>, ParentType, ContextType, RequireFields<Query_EntitiesArgs, 'representations'>>;
  _service?: Resolver<ResolversTypes['_Service'], ParentType, ContextType>;
};

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  enqueueJob?: Resolver<ResolversTypes['JobEnqueued'], ParentType, ContextType, RequireFields<MutationEnqueueJobArgs, 'input'>>;
  enqueueDag?: Resolver<Array<ResolversTypes['Run']>, ParentType, ContextType, RequireFields<MutationEnqueueDagArgs, 'steps'>>;
  cancelRun?: Resolver<ResolversTypes['Run'], ParentType, ContextType, RequireFields<MutationCancelRunArgs, 'id'>>;
  retryRun?: Resolver<ResolversTypes['Run'], ParentType, ContextType, RequireFields<MutationRetryRunArgs, 'id'>>;
  replayRun?: Resolver<ResolversTypes['Run'], ParentType, ContextType, RequireFields<MutationReplayRunArgs, 'id'>>;
  pauseQueue?: Resolver<ResolversTypes['Queue'], ParentType, ContextType, RequireFields<MutationPauseQueueArgs, 'name'>>;
  resumeQueue?: Resolver<ResolversTypes['Queue'], ParentType, ContextType, RequireFields<MutationResumeQueueArgs, 'name'>>;
  drainQueue?: Resolver<ResolversTypes['Queue'], ParentType, ContextType, RequireFields<MutationDrainQueueArgs, 'name'>>;
  limitQueue?: Resolver<ResolversTypes['Queue'], ParentType, ContextType, RequireFields<MutationLimitQueueArgs, 'name' | 'limits'>>;
  createSchedule?: Resolver<ResolversTypes['Schedule'], ParentType, ContextType, RequireFields<MutationCreateScheduleArgs, 'input'>>;
  updateSchedule?: Resolver<ResolversTypes['Schedule'], ParentType, ContextType, RequireFields<MutationUpdateScheduleArgs, 'id' | 'input'>>;
  deleteSchedule?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, RequireFields<MutationDeleteScheduleArgs, 'id'>>;
  createTrigger?: Resolver<ResolversTypes['Trigger'], ParentType, ContextType, RequireFields<MutationCreateTriggerArgs, 'input'>>;
  updateTrigger?: Resolver<ResolversTypes['Trigger'], ParentType, ContextType, RequireFields<MutationUpdateTriggerArgs, 'id' | 'input'>>;
  deleteTrigger?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, RequireFields<MutationDeleteTriggerArgs, 'id'>>;
  createHook?: Resolver<ResolversTypes['HookSecretShown'], ParentType, ContextType, RequireFields<MutationCreateHookArgs, 'input'>>;
  updateHook?: Resolver<ResolversTypes['Hook'], ParentType, ContextType, RequireFields<MutationUpdateHookArgs, 'id' | 'input'>>;
  rotateHookSecret?: Resolver<ResolversTypes['HookSecretShown'], ParentType, ContextType, RequireFields<MutationRotateHookSecretArgs, 'id' | 'keepOldForMs'>>;
  deleteHook?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, RequireFields<MutationDeleteHookArgs, 'id'>>;
};

export type SubscriptionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  runChanged?: SubscriptionResolver<Maybe<ResolversTypes['RunChange']>, "runChanged", ParentType, ContextType, Partial<SubscriptionRunChangedArgs>>;
  runLog?: SubscriptionResolver<Maybe<ResolversTypes['RunLogLines']>, "runLog", ParentType, ContextType, RequireFields<SubscriptionRunLogArgs, 'runId'>>;
};

export type JobResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Job'] = ResolversParentTypes['Job']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  description?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  queue?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  inputSchema?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
  maxAttempts?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  timeLimitMs?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  memoryMb?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type RunResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Run'] = ResolversParentTypes['Run']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  jobName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  job?: Resolver<Maybe<ResolversTypes['Job']>, ParentType, ContextType>;
  queue?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['RunState'], ParentType, ContextType>;
  priority?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  input?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  output?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  error?: Resolver<Maybe<ResolversTypes['RunError']>, ParentType, ContextType>;
  progress?: Resolver<ResolversTypes['RunProgress'], ParentType, ContextType>;
  attempt?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  maxAttempts?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  timeLimitMs?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  cancelRequested?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startedBy?: Resolver<ResolversTypes['RunStarter'], ParentType, ContextType>;
  origin?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  logs?: Resolver<ResolversTypes['RunLogConnection'], ParentType, ContextType, RequireFields<RunLogsArgs, 'newestFirst'>>;
  dependencies?: Resolver<Array<ResolversTypes['RunDependency']>, ParentType, ContextType>;
  parent?: Resolver<Maybe<ResolversTypes['Run']>, ParentType, ContextType>;
  children?: Resolver<ResolversTypes['RunConnection'], ParentType, ContextType, Partial<RunChildrenArgs>>;
  graph?: Resolver<ResolversTypes['RunGraph'], ParentType, ContextType>;
  replayOf?: Resolver<Maybe<ResolversTypes['Run']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  runAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  startedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  finishedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type RunErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RunError'] = ResolversParentTypes['RunError']> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type RunProgressResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RunProgress'] = ResolversParentTypes['RunProgress']> = {
  done?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  total?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  message?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type RunStarterResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RunStarter'] = ResolversParentTypes['RunStarter']> = {
  kind?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
};

export type UserResolvers<ContextType = Context, ParentType extends ResolversParentTypes['User'] = ResolversParentTypes['User']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type RunDependencyResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RunDependency'] = ResolversParentTypes['RunDependency']> = {
  run?: Resolver<ResolversTypes['Run'], ParentType, ContextType>;
  condition?: Resolver<ResolversTypes['RunCondition'], ParentType, ContextType>;
};

export type RunGraphResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RunGraph'] = ResolversParentTypes['RunGraph']> = {
  runs?: Resolver<Array<ResolversTypes['Run']>, ParentType, ContextType>;
  links?: Resolver<Array<ResolversTypes['RunLink']>, ParentType, ContextType>;
  truncated?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type RunLinkResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RunLink'] = ResolversParentTypes['RunLink']> = {
  from?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  to?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  condition?: Resolver<Maybe<ResolversTypes['RunCondition']>, ParentType, ContextType>;
};

export type RunLogLineResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RunLogLine'] = ResolversParentTypes['RunLogLine']> = {
  seq?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  level?: Resolver<ResolversTypes['RunLogLevel'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  fields?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
};

export type RunLogConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RunLogConnection'] = ResolversParentTypes['RunLogConnection']> = {
  edges?: Resolver<Array<ResolversTypes['RunLogEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['RunLogLine']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type RunLogEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RunLogEdge'] = ResolversParentTypes['RunLogEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['RunLogLine'], ParentType, ContextType>;
};

export type RunConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RunConnection'] = ResolversParentTypes['RunConnection']> = {
  edges?: Resolver<Array<ResolversTypes['RunEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Run']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type RunEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RunEdge'] = ResolversParentTypes['RunEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Run'], ParentType, ContextType>;
};

export type RunChangeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RunChange'] = ResolversParentTypes['RunChange']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['RunState'], ParentType, ContextType>;
  attempt?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  progress?: Resolver<ResolversTypes['RunProgress'], ParentType, ContextType>;
  run?: Resolver<ResolversTypes['Run'], ParentType, ContextType>;
};

export type RunLogLinesResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RunLogLines'] = ResolversParentTypes['RunLogLines']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  lines?: Resolver<Array<ResolversTypes['RunLogLine']>, ParentType, ContextType>;
};

export type QueueResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Queue'] = ResolversParentTypes['Queue']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['QueueState'], ParentType, ContextType>;
  concurrency?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  keyConcurrency?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  rateLimit?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  keyRateLimit?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  ratePeriodMs?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  depth?: Resolver<Array<ResolversTypes['QueueDepth']>, ParentType, ContextType>;
};

export type QueueConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['QueueConnection'] = ResolversParentTypes['QueueConnection']> = {
  edges?: Resolver<Array<ResolversTypes['QueueEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Queue']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type QueueEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['QueueEdge'] = ResolversParentTypes['QueueEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Queue'], ParentType, ContextType>;
};

export type QueueDepthResolvers<ContextType = Context, ParentType extends ResolversParentTypes['QueueDepth'] = ResolversParentTypes['QueueDepth']> = {
  state?: Resolver<ResolversTypes['RunState'], ParentType, ContextType>;
  runs?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type ScheduleResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Schedule'] = ResolversParentTypes['Schedule']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  jobName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  cron?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  timeZone?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  missed?: Resolver<ResolversTypes['MissedRuns'], ParentType, ContextType>;
  enabled?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  input?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  nextAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  lastAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  lastError?: Resolver<Maybe<ResolversTypes['RunError']>, ParentType, ContextType>;
  lastErrorAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  nextTimes?: Resolver<Array<ResolversTypes['DateTime']>, ParentType, ContextType, Partial<ScheduleNextTimesArgs>>;
  lastRun?: Resolver<Maybe<ResolversTypes['Run']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ScheduleConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ScheduleConnection'] = ResolversParentTypes['ScheduleConnection']> = {
  edges?: Resolver<Array<ResolversTypes['ScheduleEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Schedule']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type ScheduleEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ScheduleEdge'] = ResolversParentTypes['ScheduleEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Schedule'], ParentType, ContextType>;
};

export type JobEnqueuedResolvers<ContextType = Context, ParentType extends ResolversParentTypes['JobEnqueued'] = ResolversParentTypes['JobEnqueued']> = {
  run?: Resolver<ResolversTypes['Run'], ParentType, ContextType>;
  isNew?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type TriggerTopicResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TriggerTopic'] = ResolversParentTypes['TriggerTopic']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  types?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  fields?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
};

export type TriggerResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Trigger'] = ResolversParentTypes['Trigger']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  jobName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  topic?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  types?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  subject?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  conditions?: Resolver<Array<ResolversTypes['TriggerCondition']>, ParentType, ContextType>;
  input?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  queue?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  priority?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  enabled?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  runsPerMinute?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  fired?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  passedOver?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  lastFiredAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  lastError?: Resolver<Maybe<ResolversTypes['RunError']>, ParentType, ContextType>;
  lastErrorAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type TriggerConditionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TriggerCondition'] = ResolversParentTypes['TriggerCondition']> = {
  path?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  eq?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  in?: Resolver<Maybe<Array<Maybe<ResolversTypes['JSON']>>>, ParentType, ContextType>;
  contains?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
};

export type TriggerConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TriggerConnection'] = ResolversParentTypes['TriggerConnection']> = {
  edges?: Resolver<Array<ResolversTypes['TriggerEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Trigger']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type TriggerEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TriggerEdge'] = ResolversParentTypes['TriggerEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Trigger'], ParentType, ContextType>;
};

export type HookResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Hook'] = ResolversParentTypes['Hook']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  jobName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  path?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  queue?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  priority?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  enabled?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  secrets?: Resolver<Array<ResolversTypes['HookSecret']>, ParentType, ContextType>;
  lastCalledAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type HookSecretResolvers<ContextType = Context, ParentType extends ResolversParentTypes['HookSecret'] = ResolversParentTypes['HookSecret']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  expiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type HookSecretShownResolvers<ContextType = Context, ParentType extends ResolversParentTypes['HookSecretShown'] = ResolversParentTypes['HookSecretShown']> = {
  hook?: Resolver<ResolversTypes['Hook'], ParentType, ContextType>;
  secret?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type HookConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['HookConnection'] = ResolversParentTypes['HookConnection']> = {
  edges?: Resolver<Array<ResolversTypes['HookEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Hook']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type HookEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['HookEdge'] = ResolversParentTypes['HookEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Hook'], ParentType, ContextType>;
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

export type _EntityResolvers<ContextType = Context, ParentType extends ResolversParentTypes['_Entity'] = ResolversParentTypes['_Entity']> = {
  __resolveType: TypeResolveFn<'Hook' | 'Job' | 'Run' | 'Schedule' | 'Trigger' | 'User', ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  Cursor?: GraphQLScalarType;
  DateTime?: GraphQLScalarType;
  JSON?: GraphQLScalarType;
  Base64?: GraphQLScalarType;
  PageInfo?: PageInfoResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  Job?: JobResolvers<ContextType>;
  Run?: RunResolvers<ContextType>;
  RunError?: RunErrorResolvers<ContextType>;
  RunProgress?: RunProgressResolvers<ContextType>;
  RunStarter?: RunStarterResolvers<ContextType>;
  User?: UserResolvers<ContextType>;
  RunDependency?: RunDependencyResolvers<ContextType>;
  RunGraph?: RunGraphResolvers<ContextType>;
  RunLink?: RunLinkResolvers<ContextType>;
  RunLogLine?: RunLogLineResolvers<ContextType>;
  RunLogConnection?: RunLogConnectionResolvers<ContextType>;
  RunLogEdge?: RunLogEdgeResolvers<ContextType>;
  RunConnection?: RunConnectionResolvers<ContextType>;
  RunEdge?: RunEdgeResolvers<ContextType>;
  RunChange?: RunChangeResolvers<ContextType>;
  RunLogLines?: RunLogLinesResolvers<ContextType>;
  Queue?: QueueResolvers<ContextType>;
  QueueConnection?: QueueConnectionResolvers<ContextType>;
  QueueEdge?: QueueEdgeResolvers<ContextType>;
  QueueDepth?: QueueDepthResolvers<ContextType>;
  Schedule?: ScheduleResolvers<ContextType>;
  ScheduleConnection?: ScheduleConnectionResolvers<ContextType>;
  ScheduleEdge?: ScheduleEdgeResolvers<ContextType>;
  JobEnqueued?: JobEnqueuedResolvers<ContextType>;
  TriggerTopic?: TriggerTopicResolvers<ContextType>;
  Trigger?: TriggerResolvers<ContextType>;
  TriggerCondition?: TriggerConditionResolvers<ContextType>;
  TriggerConnection?: TriggerConnectionResolvers<ContextType>;
  TriggerEdge?: TriggerEdgeResolvers<ContextType>;
  Hook?: HookResolvers<ContextType>;
  HookSecret?: HookSecretResolvers<ContextType>;
  HookSecretShown?: HookSecretShownResolvers<ContextType>;
  HookConnection?: HookConnectionResolvers<ContextType>;
  HookEdge?: HookEdgeResolvers<ContextType>;
  link__Import?: GraphQLScalarType;
  federation__FieldSet?: GraphQLScalarType;
  federation__Scope?: GraphQLScalarType;
  federation__Policy?: GraphQLScalarType;
  federation__ContextFieldValue?: GraphQLScalarType;
  _Any?: GraphQLScalarType;
  _Service?: _ServiceResolvers<ContextType>;
  _Entity?: _EntityResolvers<ContextType>;
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

