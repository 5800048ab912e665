import type { Resolvers } from '../generated/schema.ts';
import { Hook } from './Hook.ts';
import { Job } from './Job.ts';
import { cancelRun } from './Mutation/cancelRun.ts';
import { createHook } from './Mutation/createHook.ts';
import { createSchedule } from './Mutation/createSchedule.ts';
import { createTrigger } from './Mutation/createTrigger.ts';
import { deleteHook } from './Mutation/deleteHook.ts';
import { deleteSchedule } from './Mutation/deleteSchedule.ts';
import { deleteTrigger } from './Mutation/deleteTrigger.ts';
import { drainQueue } from './Mutation/drainQueue.ts';
import { enqueueDag } from './Mutation/enqueueDag.ts';
import { enqueueJob } from './Mutation/enqueueJob.ts';
import { limitQueue } from './Mutation/limitQueue.ts';
import { pauseQueue } from './Mutation/pauseQueue.ts';
import { replayRun } from './Mutation/replayRun.ts';
import { resumeQueue } from './Mutation/resumeQueue.ts';
import { retryRun } from './Mutation/retryRun.ts';
import { rotateHookSecret } from './Mutation/rotateHookSecret.ts';
import { updateHook } from './Mutation/updateHook.ts';
import { updateSchedule } from './Mutation/updateSchedule.ts';
import { updateTrigger } from './Mutation/updateTrigger.ts';
import { deadLetters } from './Query/deadLetters.ts';
import { hook } from './Query/hook.ts';
import { hooks } from './Query/hooks.ts';
import { job } from './Query/job.ts';
import { jobs } from './Query/jobs.ts';
import { queue } from './Query/queue.ts';
import { queues } from './Query/queues.ts';
import { run } from './Query/run.ts';
import { runs } from './Query/runs.ts';
import { schedule } from './Query/schedule.ts';
import { schedules } from './Query/schedules.ts';
import { trigger } from './Query/trigger.ts';
import { triggers } from './Query/triggers.ts';
import { triggerTopics } from './Query/triggerTopics.ts';
import { Run } from './Run.ts';
import { Schedule } from './Schedule.ts';
import { runChanged } from './Subscription/runChanged.ts';
import { runLog } from './Subscription/runLog.ts';
import { Trigger } from './Trigger.ts';

const checked = {
  Query: {
    deadLetters,
    hook,
    hooks,
    job,
    jobs,
    queue,
    queues,
    run,
    runs,
    schedule,
    schedules,
    trigger,
    triggers,
    triggerTopics,
  },
  Mutation: {
    cancelRun,
    createHook,
    createSchedule,
    createTrigger,
    deleteHook,
    deleteSchedule,
    deleteTrigger,
    drainQueue,
    enqueueDag,
    enqueueJob,
    limitQueue,
    pauseQueue,
    replayRun,
    resumeQueue,
    retryRun,
    rotateHookSecret,
    updateHook,
    updateSchedule,
    updateTrigger,
  },
  Hook,
  Job,
  Run,
  Schedule,
  Trigger,
} satisfies Resolvers;

/** The map from the schema to its resolvers. Subscriptions are ordinary fields here: the gateway keeps the streams. */
export const resolvers = { ...checked, Subscription: { runChanged, runLog } };
