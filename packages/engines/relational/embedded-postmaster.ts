import { readFile, rm } from 'node:fs/promises';
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
  const path = join(cluster, 'postmaster.pid');
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  // Written line by line while the server starts: without a port yet, it is too early to tell.
  if (!Number.isInteger(pid) || pid < 2) return undefined;
  if (isAlive(pid) && (await isServerOf(pid, cluster)))
    return { pid, port: Number.isInteger(port) ? port : 0 };
  await rm(path, { force: true });
  return undefined;
}

/** Linux shows the command line; elsewhere a living process is taken for the server. */
async function isServerOf(pid: number, cluster: string): Promise<boolean> {
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  if (command !== undefined) return command.split('\0').includes(cluster);
  return process.platform !== 'linux';
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
