import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, link, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { removeServer } from '@tributary/engines/relational/embedded-home';
import { CodedError, makeFolder } from '@tributary/runtime';
import { type FolderHolder, holderFile, inUse, livingHolder, thisProcess } from './folder-holder.ts';
import { readKept } from './kept-file.ts';

/** The folder of this installation while this process uses it. Disposing lets go of it. */
export interface DataFolder extends AsyncDisposable {
  /** From now on somebody may have left data here. Until then a start that fails removes what it made. */
  keep(): void;
}

/**
 * Makes the data folder (mode 700), or finds that this user can work in it and nobody else does.
 * Beside the lock in the database (decision 21) it serves to say so before anything is built, made or removed.
 * @throws CodedError CONFIG_INVALID when it is in use or no folder; what the file system throws when it cannot be written.
 */
export async function openDataFolder(dataDir: string): Promise<DataFolder> {
  const outermost = await makeFolder({ path: dataDir, setting: 'DATA_DIR' });
  await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  const wasEmpty = (await readdir(dataDir)).length === 0;
  try {
    await hold(dataDir, wasEmpty ? link : rename);
  } catch (fault) {
    await removeEmpty(dataDir, outermost);
    throw fault;
  }
  let kept = !wasEmpty;
  return {
    keep: () => {
      kept = true;
    },
    [Symbol.asyncDispose]: async () => {
      if (kept) return letGo(dataDir);
      await removeServer(join(dataDir, 'postgres'));
      for (const name of await readdir(dataDir))
        await rm(join(dataDir, name), { recursive: true, force: true });
      await removeEmpty(dataDir, outermost);
    },
  };
}

/** @param place `link` where one of two first starts at the same moment may have the folder, so that the other removes nothing. */
async function hold(dataDir: string, place: typeof link): Promise<void> {
  const path = holderFile(dataDir);
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  const holder = await livingHolder(dataDir);
  if (holder !== undefined) throw refusal(dataDir, holder);
  try {
    await writeFile(draft, `${JSON.stringify(await thisProcess())}\n`, { mode: 0o600, flag: 'wx' });
    await place(draft, path);
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code !== 'EEXIST') throw fault;
    throw refusal(dataDir, await livingHolder(dataDir));
  } finally {
    await rm(draft, { force: true });
  }
}

async function letGo(dataDir: string): Promise<void> {
  const { pid } = await thisProcess();
  if ((await readKept<FolderHolder>(holderFile(dataDir)))?.pid === pid) await rm(holderFile(dataDir));
}

function refusal(dataDir: string, pid: number | undefined): CodedError {
  return new CodedError('CONFIG_INVALID', inUse(dataDir, pid ?? 'unknown'), { details: { dataDir } });
}

/** Removes the folders that were made, from the inside out, up to the first that holds something. */
async function removeEmpty(dataDir: string, outermost: string | undefined): Promise<void> {
  if (outermost === undefined) return;
  let isGone = true;
  for (let folder = dataDir; isGone && folder.startsWith(outermost); folder = dirname(folder))
    isGone = await rmdir(folder).then(
      () => true,
      () => false,
    );
}
