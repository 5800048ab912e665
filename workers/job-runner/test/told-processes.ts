import { eventually, runningProcesses } from '@tributary/test-kit';
import { expect } from 'vitest';
import type { openJobs } from './open-runner.ts';

/** True for what still does something: a process that is gone, or a zombie nobody has waited for yet, does not. */
export function isAlive(pid: number): boolean {
  return runningProcesses().some((each) => each.pid === pid);
}

/** The processes that a run told of in its checkpoint, as soon as there are so many. */
export function toldProcesses(
  jobs: Awaited<ReturnType<typeof openJobs>>,
  id: string,
  count: number,
  timeoutMs = 15_000,
): Promise<number[]> {
  return eventually(
    async () => {
      const { checkpoint } = await jobs.run(id);
      expect(checkpoint).toHaveLength(count);
      return checkpoint as number[];
    },
    { timeoutMs },
  );
}
