import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { farHome } from './embedded-home.ts';
import { lookForPostmaster } from './embedded-postmaster.ts';
import { superuser } from './embedded-server.ts';

/**
 * The address, with password, of the server that another process keeps in a data folder (`<DATA_DIR>/postgres`); undefined when none runs there. Only looks: it starts, adopts
 * and changes nothing. @throws what the file system says when this user may not read the password
 */
export async function runningServerUrl(dataDir: string): Promise<string | undefined> {
  const cluster = join((await farHome(dataDir)) ?? dataDir, 'cluster');
  const running = await lookForPostmaster(cluster);
  if (running === undefined || running.port === 0) return undefined;
  const password = (await readFile(join(dataDir, 'password'), 'utf8')).trim();
  return `postgres://${superuser}:${password}@127.0.0.1:${running.port}/tributary`;
}
