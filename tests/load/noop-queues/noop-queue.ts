/** What each may have at work. */
export const jobsAtOnce = 200;

/** A job queue whose jobs do nothing, so that what is measured is the queue. */
export interface NoopQueue extends AsyncDisposable {
  /** Enqueues this many jobs in one call of its API. */
  enqueueMany(count: number): Promise<void>;
  enqueueOne(): Promise<void>;
  /** Starts the worker. `onJob` is called when a job begins. */
  work(onJob: () => void): Promise<void>;
}
