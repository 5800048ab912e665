import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '@tributary/runtime';
import { hasCode, removeWhole } from '../durable-files.ts';
import { finishDiscarding } from './embedded-discarding.ts';
import { readTemporaryName, type StoreFolders } from './embedded-folders.ts';
import type { EmbeddedVersions } from './embedded-versions.ts';

/** What a process elsewhere has not touched for so long is abandoned. File systems stamp with the machine's clock, so that is what it is held against. */
const abandonedAfterMs = 3_600_000;

/** Removes what processes left behind that were killed in the middle of a write or a removal. */
export async function sweepTemporary(folders: StoreFolders, versions: EmbeddedVersions): Promise<void> {
  for (const name of await readdir(folders.temporary)) {
    const path = join(folders.temporary, name);
    const left = readTemporaryName(name);
    if (left === undefined || (left.mayBeInUse && !(await isAbandoned(path)))) continue;
    if (left.kind === 'draft') await rm(path, { force: true });
    else if (left.kind === 'body') await removeWhole(path);
    else if (left.kind === 'upload')
      await finishDiscarding({ folders, versions, away: path, uploadId: left.id });
    else await versions.finishRemoval(path);
  }
}

async function isAbandoned(path: string): Promise<boolean> {
  try {
    // A rename touches ctime alone.
    const { ctimeMs, mtimeMs } = await stat(path);
    return Math.max(ctimeMs, mtimeMs) < systemClock.now() - abandonedAfterMs;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}
