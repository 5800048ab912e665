import { readdir, readlink, realpath } from 'node:fs/promises';
import { sep } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { identityOf, isAlive, type ProcessIdentity } from './process-identity.ts';

/** Killed processes are gone in a moment, or wait for a disk. */
const endedWithinMs = 10_000;

export interface Workplace {
  /** What the engine was started with: a path, or a name on `PATH`. */
  readonly program: string;
  readonly dataDir: string;
}

/**
 * Ends processes of this program that work in this folder. The backends of PostgreSQL have sessions of their own, so no group holds them, and one that is at work
 * outlives its server and keeps the next from starting. Only Linux says what works where.
 */
export async function endLeftProcesses(workplace: Workplace): Promise<void> {
  const left = await leftProcesses(workplace);
  for (const { pid } of left) kill(pid);
  const deadlineMs = performance.now() + endedWithinMs;
  for (const each of left) while ((await isAlive(each)) && performance.now() < deadlineMs) await delay(20);
}

async function leftProcesses({ program, dataDir }: Workplace): Promise<readonly ProcessIdentity[]> {
  if (process.platform !== 'linux') return [];
  const [executable, folder] = await Promise.all([resolved(program), resolved(dataDir)]);
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const [exe, cwd] = await Promise.all([
        readlink(`/proc/${pid}/exe`).catch(() => undefined),
        readlink(`/proc/${pid}/cwd`).catch(() => undefined),
      ]);
      const isThere = cwd === folder || cwd?.startsWith(folder + sep) === true;
      if (exe !== executable || !isThere || pid === process.pid) return undefined;
      return identityOf(pid).catch(() => undefined);
    }),
  );
  return found.filter((identity) => identity !== undefined);
}

/** As Linux names it in `/proc`. */
function resolved(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // It ended by itself meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
