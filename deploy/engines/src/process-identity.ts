import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { type ProcessStat, processStat } from '@tributary/runtime';

/** A process, so that a number which is given again is not taken for it. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it began, in its system's words. */
  readonly began: string;
}

/** @throws RangeError when no such process runs. */
export async function identityOf(pid: number): Promise<ProcessIdentity> {
  const began = await beginningOf(pid);
  if (began === undefined) throw new RangeError(`process ${pid} does not run`);
  return { pid, began };
}

export async function isAlive({ pid, began }: ProcessIdentity): Promise<boolean> {
  return (await beginningOf(pid)) === began;
}

/** Whether it was told to stand still (SIGSTOP, Ctrl-Z), and answers nobody. */
export async function isPaused({ pid }: ProcessIdentity): Promise<boolean> {
  if (process.platform === 'linux') return (await statOf(pid))?.state === 'T';
  const { stdout } = await promisify(execFile)('ps', ['-p', String(pid), '-o', 'state=']).catch(() => ({
    stdout: '',
  }));
  return stdout.trim().startsWith('T');
}

/** Kills what belongs to the group that this process began, where there still is something. */
export function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Whether any process has this number now. */
export async function isTaken(pid: number): Promise<boolean> {
  return (await beginningOf(pid)) !== undefined;
}

async function statOf(pid: number): Promise<ProcessStat | undefined> {
  return processStat(await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''));
}

async function beginningOf(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    const stat = await statOf(pid);
    // A killed process is shown as a zombie once its first thread has ended. Until the last one has, it keeps what it held: its ports above all.
    const hasEnded = stat?.state === 'Z' && stat.threads <= 1;
    return hasEnded ? undefined : stat?.began;
  }
  const { stdout } = await promisify(execFile)('ps', ['-p', String(pid), '-o', 'lstart=']).catch(() => ({
    stdout: '',
  }));
  return stdout.trim() === '' ? undefined : stdout.trim();
}
