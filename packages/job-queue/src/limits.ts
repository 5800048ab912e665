/** Bounds of everything a caller can make grow. */
export const queueLimits = {
  inputBytes: 256 * 1024,
  outputBytes: 256 * 1024,
  checkpointBytes: 256 * 1024,
  /** Runs in one enqueue. */
  batch: 1_000,
  dependencies: 100,
  /** Runs that one run may enqueue, and how deep that may go. */
  children: 1_000,
  depth: 5,
  /** Triggers in a row: a run made by the fifth fires none. */
  triggerDepth: 5,
  logLines: 10_000,
  logMessageLength: 2_000,
  logFieldsBytes: 4_096,
  errorLength: 2_000,
  /** What is asked for less cannot be kept: a process of its own takes a good part of it to start. */
  shortestTimeLimitMs: 1_000,
  /** Four hours: the longest a run may take. */
  timeLimitMs: 4 * 60 * 60_000,
  /** Beyond its time limit a runner has this long to end a run; then the lease cannot be renewed any more. */
  graceMs: 30_000,
  maxAttempts: 100,
  /** Unfinished runs of a workspace. */
  backlog: 100_000,
} as const;
