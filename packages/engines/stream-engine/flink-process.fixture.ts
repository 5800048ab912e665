import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freeze, runningProcesses } from '@tributary/test-kit';
import { inject } from 'vitest';

/** Those that make up the Flink of this run. */
export type FlinkProcess = 'jobmanager' | 'taskmanager' | 'sql-gateway';

/**
 * Kills one of Flink's processes as a power failure would. What starts it again stands still until it is disposed: Flink is without the process for as long as
 * the test wants.
 */
export async function killedProcess(name: FlinkProcess): Promise<AsyncDisposable> {
  const { pid, keeper } = await processOf(name);
  freeze(keeper);
  process.kill(pid, 'SIGKILL');
  return { [Symbol.asyncDispose]: async () => void process.kill(keeper, 'SIGCONT') };
}

/** Stops one of Flink's processes in its tracks, as a machine that swaps, until it is disposed or killed. */
export async function frozenProcess(name: FlinkProcess): Promise<AsyncDisposable> {
  const { pid } = await processOf(name);
  freeze(pid);
  return {
    [Symbol.asyncDispose]: async () => {
      // It may have been killed meanwhile.
      if (runningProcesses().some((each) => each.pid === pid)) process.kill(pid, 'SIGCONT');
    },
  };
}

async function processOf(name: FlinkProcess): Promise<{ readonly pid: number; readonly keeper: number }> {
  const file = join(inject('engines')['FLINK_DATA'] ?? '', `${name}.pid`);
  const pid = Number(await readFile(file, 'utf8'));
  const keeper = runningProcesses().find((each) => each.pid === pid)?.parentPid;
  if (keeper === undefined) throw new Error(`there is no ${name}`);
  return { pid, keeper };
}
