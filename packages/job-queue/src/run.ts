/**
 * WAITING: for runs it depends on. DELAYED: until its moment, or before a retry. HELD: its queue is paused. QUEUED: a runner may take it.
 * The last four are final, except that FAILED and CANCELLED can be driven again.
 */
export const runStates = [
  'WAITING',
  'DELAYED',
  'HELD',
  'QUEUED',
  'RUNNING',
  'SUCCEEDED',
  'FAILED',
  'CANCELLED',
  'SKIPPED',
] as const;

export type RunState = (typeof runStates)[number];

/** With whose rights a run acts: the principal who enqueued it. */
export interface RunPrincipal {
  readonly kind: string;
  readonly id: string;
  readonly role: string | null;
  readonly scopes: readonly string[] | null;
}

/** What a dependency must come to. FINISH: succeeded, failed or was skipped. */
export type DependencyCondition = 'SUCCESS' | 'FAILURE' | 'FINISH';

export interface Dependency {
  readonly runId: string;
  readonly condition: DependencyCondition;
}

export interface RetryPolicy {
  /** Attempts in all, the first one included. */
  readonly maxAttempts: number;
  /** The longest possible wait before the second attempt; it doubles with each further one. */
  readonly backoffMs: number;
  readonly backoffMaxMs: number;
}

/** Only one run for a key: while one is not finished, or for a period from its enqueueing. */
export interface Uniqueness {
  readonly key: string;
  readonly periodMs?: number;
}

export interface EnqueueRequest {
  /** A UUIDv7; made when absent. */
  readonly id?: string;
  readonly workspaceId: string;
  readonly job: string;
  readonly queue: string;
  readonly principal: RunPrincipal;
  /** What enqueued it: `api`, `run`, `schedule:<id>`, `trigger:<id>`, `hook:<id>`. */
  readonly origin: string;
  /** JSON. */
  readonly input: unknown;
  /** Higher goes first. */
  readonly priority?: number;
  /** Milliseconds from now, or the moment; at once when both are absent. */
  readonly delayMs?: number;
  readonly runAtMs?: number;
  /** What the queue's limits per key count by. */
  readonly key?: string;
  readonly unique?: Uniqueness;
  readonly dependsOn?: readonly Dependency[];
  readonly retry: RetryPolicy;
  readonly timeLimitMs: number;
  readonly replayOf?: string;
  /** Triggers between whoever began and this run; 0 when absent, and the parent's below a parent. */
  readonly triggerDepth?: number;
}

/** What every state change tells of a run; the payload of its events. */
export interface RunSummary {
  readonly workspaceId: string;
  readonly id: string;
  readonly job: string;
  readonly queue: string;
  readonly state: RunState;
  readonly priority: number;
  readonly attempt: number;
  readonly progressDone: number;
  readonly progressTotal: number | null;
  readonly progressMessage: string | null;
  readonly errorCode: string | null;
  readonly parentId: string | null;
  readonly origin: string;
  readonly cancelRequested: boolean;
  readonly hasDependents: boolean;
  readonly principal: RunPrincipal;
}

/** A run that has just been enqueued, or the one that held its unique key. */
export interface EnqueuedRun extends RunSummary {
  readonly isNew: boolean;
}

/** The right to work on a run, until the lease ends unless it is renewed. Whatever is written names the token; an old one changes nothing. */
export interface Lease {
  readonly workspaceId: string;
  readonly id: string;
  readonly token: number;
}

/** A claimed run with what working on it needs. */
export interface ClaimedRun extends RunSummary {
  readonly lease: Lease;
  readonly input: unknown;
  readonly checkpoint: unknown;
  /** Attempts begun before it was last driven again; they count towards no limit. */
  readonly spentAttempts: number;
  readonly retry: RetryPolicy;
  readonly timeLimitMs: number;
  readonly depth: number;
}

export interface RunFailure {
  readonly code: string;
  readonly message: string;
  /** False: trying again would come to the same. */
  readonly retryable: boolean;
}

export type LogLevel = 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';

export interface RunLogLine {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly atMs: number;
}

export interface RunProgress {
  readonly done: number;
  readonly total: number | null;
  readonly message: string | null;
}
