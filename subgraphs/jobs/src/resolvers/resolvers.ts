import type { Resolvers } from '../generated/schema.ts';
import { Job } from './Job.ts';
import { cancelRun } from './Mutation/cancelRun.ts';
import { createSchedule } from './Mutation/createSchedule.ts';
import { deleteSchedule } from './Mutation/deleteSchedule.ts';
import { drainQueue } from './Mutation/drainQueue.ts';
import { enqueueDag } from './Mutation/enqueueDag.ts';
import { enqueueJob } from './Mutation/enqueueJob.ts';
import { limitQueue } from './Mutation/limitQueue.ts';
import { pauseQueue } from './Mutation/pauseQueue.ts';
import { replayRun } from './Mutation/replayRun.ts';
import { resumeQueue } from './Mutation/resumeQueue.ts';
import { retryRun } from './Mutation/retryRun.ts';
import { updateSchedule } from './Mutation/updateSchedule.ts';
import { deadLetters } from './Query/deadLetters.ts';
import { job } from './Query/job.ts';
import { jobs } from './Query/jobs.ts';
import { queues } from './Query/queues.ts';
import { run } from './Query/run.ts';
import { runs } from './Query/runs.ts';
import { schedules } from './Query/schedules.ts';
import { Run } from './Run.ts';
import { Schedule } from './Schedule.ts';
import { runChanged } from './Subscription/runChanged.ts';
import { runLog } from './Subscription/runLog.ts';

const checked = {
  Query: { deadLetters, job, jobs, queues, run, runs, schedules },
  Mutation: {
    cancelRun,
    createSchedule,
    deleteSchedule,
    drainQueue,
    enqueueDag,
    enqueueJob,
    limitQueue,
    pauseQueue,
    replayRun,
    resumeQueue,
    retryRun,
    updateSchedule,
  },
  Job,
  Run,
  Schedule,
} satisfies Resolvers;

/** The map from the schema to its resolvers. Subscriptions are ordinary fields here: the gateway keeps the streams. */
export const resolvers = { ...checked, Subscription: { runChanged, runLog } };
