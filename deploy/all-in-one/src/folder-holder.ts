import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Which process uses a data folder. `scripts/start.mjs` looks before it builds, so this file needs Node alone. */
export interface FolderHolder {
  readonly pid: number;
  /** When the process began, in its system's words: numbers are given again, and those of a container are always the same. */
  readonly began: string;
}

export function holderFile(dataDir: string): string {
  return join(dataDir, 'process.json');
}

/** This process, as others will look it up. */
export async function thisProcess(): Promise<FolderHolder> {
  return { pid: process.pid, began: (await beginningOf(process.pid)) ?? '' };
}

/** The number of the living process that uses the folder; undefined when nobody does, or who did has ended. */
export async function livingHolder(dataDir: string): Promise<number | undefined> {
  const text = await readFile(holderFile(dataDir), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const { pid, began } = JSON.parse(text) as FolderHolder;
    return pid !== process.pid && (await beginningOf(pid)) === began ? pid : undefined;
  } catch {
    // Cut short by a crash: who wrote it is gone.
    return undefined;
  }
}

/** One sentence for whoever starts a second one. */
export function inUse(dataDir: string, pid: number | string): string {
  return `The data folder ${dataDir} is in use by process ${pid}; stop it, or set DATA_DIR to another folder.`;
}

async function beginningOf(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    // proc(5): "pid (name) state …", where the name may hold anything; field 22 is the start in ticks since the machine's.
    const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie may have threads that have not ended yet, which keep its ports: of the folder they want nothing, and who starts again at once is let in.
    return state === 'Z' ? undefined : rest[18];
  }
  if (process.platform === 'win32') return isRunning(pid) ? 'running' : undefined;
  const { stdout } = await promisify(execFile)('ps', ['-p', String(pid), '-o', 'lstart=']).catch(() => ({
    stdout: '',
  }));
  return stdout.trim() === '' ? undefined : stdout.trim();
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
