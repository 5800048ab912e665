import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { farHome } from './embedded-home.ts';
import { isAlive, superuser } from './embedded-server.ts';

/**
 * The address, with password, of the server that another process keeps in a data folder (`<DATA_DIR>/postgres`); undefined when none runs there. Only looks: it starts, adopts
 * and changes nothing. @throws what the file system says when this user may not read the password
 */
export async function runningServerUrl(dataDir: string): Promise<string | undefined> {
  const cluster = join((await farHome(dataDir)) ?? dataDir, 'cluster');
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(absent);
  // PostgreSQL's own file: the process in its first line, the port in its fourth.
  const lines = text?.split('\n') ?? [];
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  if (!(pid > 1 && port > 0 && isAlive(pid))) return undefined;
  const password = (await readFile(join(dataDir, 'password'), 'utf8')).trim();
  return `postgres://${superuser}:${password}@127.0.0.1:${port}/tributary`;
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
