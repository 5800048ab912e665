import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { processStat } from '@tributary/runtime';

/**
 * Stops a process in its tracks, until it gets SIGCONT. Nothing of it runs any more when this returns: its threads hear of a signal one after the other, and
 * until then the last of them may still answer somebody. Only Linux tells when that is.
 */
export function freeze(pid: number): void {
  process.kill(pid, 'SIGSTOP');
  const tasks = `/proc/${pid}/task`;
  while (existsSync(tasks) && readdirSync(tasks).some((task) => runs(`${tasks}/${task}`)));
}

function runs(task: string): boolean {
  try {
    return /^[RSDI]$/.test(processStat(readFileSync(`${task}/stat`, 'utf8'))?.state ?? '');
  } catch {
    // It ended meanwhile.
    return false;
  }
}
