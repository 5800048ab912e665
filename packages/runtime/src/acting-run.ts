import { AsyncLocalStorage } from 'node:async_hooks';

const acting = new AsyncLocalStorage<string>();

/** The run of a job on whose behalf this work is done, or undefined: what it causes can be traced back to it. */
export function currentRunId(): string | undefined {
  return acting.getStore();
}

/** Does `work`, and all it starts, on behalf of a run. */
export function onBehalfOfRun<Result>(runId: string | undefined, work: () => Result): Result {
  return runId === undefined ? work() : acting.run(runId, work);
}
