import { readdir, readFile } from 'node:fs/promises';

/** Why a test cannot kill what somebody else would kill; undefined where it can. */
export const noProcesses = process.platform === 'linux' ? undefined : '/proc';

/** Children of this process that run a program, by its name. */
export async function childrenRunning(program: string): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).map(Number).filter(Number.isInteger);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const [stat, command] = await Promise.all(
        ['stat', 'cmdline'].map((name) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '')),
      );
      // After the command's name, which is in parentheses, come the state and the parent.
      const parent = Number(
        stat
          ?.slice(stat.lastIndexOf(')') + 1)
          .trim()
          .split(' ')[1],
      );
      return parent === process.pid && command?.includes(program) === true;
    }),
  );
  return pids.filter((_, at) => found[at]);
}

/** Ends them as a kernel does that is out of memory, once there is one. */
export async function takeChildren(program: string): Promise<void> {
  for (;;) {
    const pids = await childrenRunning(program);
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    if (pids.length > 0) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
