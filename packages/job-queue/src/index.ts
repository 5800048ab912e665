export { requireRoom } from './backlog.ts';
export { boundedJson, tooManyBytes } from './bounded-json.ts';
export { type Cancelled, type CancelledPart, cancelRun, passOnCancel } from './cancel.ts';
export { type ChildRequest, enqueueBelow } from './children.ts';
export type { ClaimOptions } from './claim.ts';
export {
  changeQueue,
  type QueueChange,
  type QueueSettings,
  type QueueState,
  redriveRun,
  replayRun,
} from './control.ts';
export { type CronTime, cronTime, type MissedPolicy, missedLimits, ticksToRun } from './cron.ts';
export { enqueueRuns, type Parent } from './enqueue.ts';
export { EnqueuedTogether } from './enqueued-together.ts';
export { firstOf, isFirst, unmet } from './inbox.ts';
export { createJobQueue, type JobQueue, type JobQueueDeps } from './job-queue.ts';
export { requireKnownJob } from './known-jobs.ts';
export type { Heartbeat } from './lease-writes.ts';
export { queueLimits } from './limits.ts';
export { boundedLine } from './log-line.ts';
export { retentionDays } from './maintain.ts';
export { addQueueFigures, runsEndedCounter } from './queue-figures.ts';
export { defaultRetry, retryCeilingMs, retryDelayMs } from './retry-schedule.ts';
export {
  asPrincipal,
  type KeptPrincipal,
  noRightsLeft,
  principalNow,
  principalsNow,
  requireStarter,
  starterNow,
} from './rights.ts';
export type {
  ClaimedRun,
  Dependency,
  DependencyCondition,
  EnqueuedRun,
  EnqueueRequest,
  Lease,
  LogLevel,
  RetryPolicy,
  RunFailure,
  RunLogLine,
  RunPrincipal,
  RunProgress,
  RunState,
  RunSummary,
  Uniqueness,
} from './run.ts';
export { runStates } from './run.ts';
export { type Actor, stateEventTypes } from './run-events.ts';
export type { RunAddress } from './run-summary.ts';
export type { StoredRequest } from './schedules.ts';
export type { Completion, FailedRun, PostponedRun } from './settle.ts';
export { isGone } from './sql/known-jobs.ts';
export { requireOpenKey } from './unique-keys.ts';
export { JobWake } from './wake.ts';
