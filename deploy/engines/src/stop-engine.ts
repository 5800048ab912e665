import { setTimeout as delay } from 'node:timers/promises';
import type { EngineFolder, EngineRecord } from './engine-record.ts';
import { endLeftProcesses } from './left-processes.ts';
import { endGroup, isAlive, isTaken } from './process-identity.ts';

/** What an engine gets to write its state down, before it is ended. */
const patienceMs = 20_000;

/** Ends the engine's process, and what a crash left of it, and forgets it; its data stays. Answers false when it was not running. */
export async function stopEngine(folder: EngineFolder): Promise<boolean> {
  const record = await folder.record();
  if (record === undefined) return false;
  const ended = await end(record);
  const { program } = record;
  if (program !== undefined) await endLeftProcesses({ program, dataDir: folder.dataDir });
  await folder.forget();
  return ended;
}

async function end({ process, stopSignal = 'SIGTERM' }: EngineRecord): Promise<boolean> {
  const wasAlive = await isAlive(process);
  if (wasAlive) {
    signal(process.pid, stopSignal);
    // One that stands still would not hear it.
    signal(process.pid, 'SIGCONT');
    const deadlineMs = performance.now() + patienceMs;
    while (await isAlive(process)) {
      if (performance.now() > deadlineMs) signal(process.pid, 'SIGKILL');
      await delay(20);
    }
  }
  // It began a group of its own. While others of the group live its number is given to nobody else, so these are what it started and left.
  if (!(await isTaken(process.pid))) endGroup(process.pid);
  return wasAlive;
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // It ended by itself meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
