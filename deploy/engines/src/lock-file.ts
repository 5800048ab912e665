import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { identityOf, isAlive, type ProcessIdentity } from './process-identity.ts';

/** Does `work` while no other process holds the same file. Who died with it is found out, and the file taken from them. */
export async function whileLocked<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  await mkdir(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  await writeFile(draft, JSON.stringify(await identityOf(process.pid)));
  try {
    while (!(await take(draft, file))) {
      const text = await content(file);
      // Released meanwhile: the next try takes it.
      if (text === undefined) continue;
      if (await isAlive(JSON.parse(text) as ProcessIdentity)) await delay(100);
      // Another who saw the dead holder may have taken it since.
      else if ((await content(file)) === text) await rm(file, { force: true });
    }
  } finally {
    await rm(draft, { force: true });
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

/** A link fails when the name is taken, and the file is whole when it gets it. */
async function take(draft: string, file: string): Promise<boolean> {
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

async function content(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}
