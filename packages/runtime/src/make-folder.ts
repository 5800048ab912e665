import { lstat, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CodedError } from './coded-error.ts';

export interface FolderRequest {
  /** Absolute path. */
  readonly path: string;
  /** The setting that named it, for the sentence of a refusal: `DATA_DIR`. */
  readonly setting: string;
}

/**
 * Makes a folder for this user alone (mode 700), and those above it that are missing as the umask has it: they may be meant for others as well. One that exists keeps
 * its mode. Answers the outermost folder that was made, undefined when nothing was missing. Not `mkdir(recursive)`: below a file system that refuses with ENOENT (`/proc`), Node's tries for ever.
 * @throws CodedError CONFIG_INVALID when something else lies there; what the file system throws otherwise (`faultSentence` knows the words).
 */
export async function makeFolder({ path, setting }: FolderRequest): Promise<string | undefined> {
  const missing: string[] = [];
  let existing = path;
  while (!(await isFolder(existing, setting))) {
    missing.unshift(existing);
    existing = dirname(existing);
  }
  for (const folder of missing) {
    await mkdir(folder, { mode: folder === path ? 0o700 : 0o777 }).catch((cause: NodeJS.ErrnoException) => {
      // Another start was faster.
      if (cause.code === 'EEXIST') return;
      if (cause.code !== 'ENOENT') throw cause;
      const message = `No folder can be made in ${dirname(folder)}; set ${setting} to a folder on a disk.`;
      throw new CodedError('CONFIG_INVALID', message, { cause });
    });
  }
  return missing[0];
}

/** False when there is nothing. @throws CodedError CONFIG_INVALID when there is something else */
async function isFolder(path: string, setting: string): Promise<boolean> {
  const entry = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    // Something above is a file; the walk upwards names it.
    if (error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  if (entry === undefined) return false;
  const target = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ENOENT' && cause.code !== 'ELOOP') throw cause;
    const message = `${path} is a symbolic link to a folder that does not exist; make that folder, or set ${setting} to another.`;
    throw new CodedError('CONFIG_INVALID', message, { cause });
  });
  if (target.isDirectory()) return true;
  const message = `${path} is in the way: a file lies where a folder is needed; move it or set ${setting} to another folder.`;
  throw new CodedError('CONFIG_INVALID', message);
}
