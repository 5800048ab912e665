import { readFile, realpath, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive } from './embedded-server.ts';

export interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

/**
 * The server that runs on a cluster now, whoever started it; undefined when none does.
 * A `postmaster.pid` whose number belongs to another program by now (a container gives the same numbers after each start) is removed:
 * PostgreSQL itself would refuse to start because of it.
 */
export async function findPostmaster(cluster: string): Promise<Postmaster | undefined> {
  const path = pidFile(cluster);
  const text = await readFile(path, 'utf8').catch(() => '');
  const running = await postmasterOf(text, cluster);
  if (running !== 'gone') return running;
  await rm(path, { force: true });
  return undefined;
}

/** The same for who only looks: nothing is removed. @throws what the file system says when this user may not read there */
export async function lookForPostmaster(cluster: string): Promise<Postmaster | undefined> {
  const text = await readFile(pidFile(cluster), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return '';
  });
  const running = await postmasterOf(text, cluster);
  return running === 'gone' ? undefined : running;
}

function pidFile(cluster: string): string {
  return join(cluster, 'postmaster.pid');
}

/** What PostgreSQL's own file tells: the process in its first line, the port in its fourth. Undefined when it is too early to tell: lines come while the server starts. */
async function postmasterOf(text: string, cluster: string): Promise<Postmaster | 'gone' | undefined> {
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  if (!Number.isInteger(pid) || pid < 2) return undefined;
  if (!(isAlive(pid) && (await isServerOf(pid, cluster)))) return 'gone';
  return { pid, port: Number.isInteger(port) ? port : 0 };
}

/**
 * A server works in the folder of its cluster, also when that was moved or is called otherwise here. Where Linux does not show this user the folder it shows the command
 * line; elsewhere a living process is taken for the server.
 */
async function isServerOf(pid: number, cluster: string): Promise<boolean> {
  const [worksIn, own] = await Promise.all(
    [`/proc/${pid}/cwd`, cluster].map((folder) => stat(folder).catch(() => undefined)),
  );
  if (worksIn !== undefined && own !== undefined) return worksIn.dev === own.dev && worksIn.ino === own.ino;
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  if (command === undefined) return process.platform !== 'linux';
  return command.split('\0').includes(await realpath(cluster).catch(() => cluster));
}

/**
 * Stops a server as `pg_ctl stop -m fast` does: open transactions roll back, everything is written, then it exits.
 * After `patienceMs` it is told to quit at once; the next start then recovers from the journal.
 */
export async function stopPostmaster(cluster: string, pid: number, patienceMs = 30_000): Promise<void> {
  tell(pid, 'SIGINT');
  if (await goneWithin(cluster, pid, patienceMs)) return;
  tell(pid, 'SIGQUIT');
  await goneWithin(cluster, pid, 5_000);
}

async function goneWithin(cluster: string, pid: number, patienceMs: number): Promise<boolean> {
  const deadlineMs = performance.now() + patienceMs;
  while (performance.now() < deadlineMs) {
    // An adopted server that nobody reaps stays as a zombie: the pid file, removed last, tells as well.
    if (!isAlive(pid) || (await hasLeft(cluster, pid))) return true;
    await delay(15);
  }
  return false;
}

async function hasLeft(cluster: string, pid: number): Promise<boolean> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '');
  return Number(text.split('\n')[0]) !== pid;
}

/** Sends a signal to a server, which may be gone already. */
export function tell(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
