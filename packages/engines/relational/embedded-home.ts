import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, open, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { CodedError, makeFolder } from '@tributary/runtime';
import { syncFolder } from '../durable-files.ts';
import { firstBarrier, type ServerUser } from './embedded-user.ts';

/** Where clusters lie whose own folder the server's user cannot reach. */
const farHomes = '/var/lib/tributary';

/** Where one embedded server keeps things. */
export interface ServerHome {
  /** The folder the caller named: password, log, pointer. */
  readonly dataDir: string;
  /** Holds `cluster`; the data folder itself, or another where the server's user can reach it. */
  readonly home: string;
  readonly cluster: string;
  readonly password: string;
  /** Where a copy of the executables may lie, when those in node_modules cannot be used. */
  readonly engineCache: string;
}

/**
 * Makes or finds the folders and the password of a server.
 * A root process whose data folder lies behind a private one (`/root`, mode 700) keeps the cluster in `/var/lib/tributary`;
 * the file `location` in the data folder points there.
 * @param ownRoot the outermost folder that belongs to this product alone: up to it, folders are opened for passing through (o+x).
 */
export async function prepareHome(dataDir: string, ownRoot: string, user: ServerUser): Promise<ServerHome> {
  try {
    await makeFolder({ path: dataDir, setting: 'DATA_DIR' });
    const home = await homeOf(await realpath(dataDir), await realpath(ownRoot), user);
    await mkdir(home, { recursive: true });
    // Whatever the umask: the server's user has to pass through.
    const isFar = home.startsWith(`${farHomes}/`);
    if (isFar) {
      for (const folder of [farHomes, home]) await chmod(folder, 0o755);
      // Whose it is, for whoever tidies up: deleting the data folder leaves it.
      await writeFile(join(home, 'data-folder'), `${dataDir}\n`, { mode: 0o600 });
    }
    const engineCache = join(isFar ? farHomes : home, 'engine');
    const password = await ensurePassword(dataDir);
    return { dataDir, home, cluster: join(home, 'cluster'), password, engineCache };
  } catch (cause) {
    throw homeFault(dataDir, cause);
  }
}

/** Where the cluster of a data folder lies, when not inside it; undefined otherwise. */
export async function farHome(dataDir: string): Promise<string | undefined> {
  const pointed = await readFile(join(dataDir, 'location'), 'utf8').catch(() => '');
  return pointed.startsWith(`${farHomes}/`) ? pointed.trim() : undefined;
}

/** Removes everything of a server that is stopped, wherever it lies. */
export async function removeServer(dataDir: string): Promise<void> {
  const far = await farHome(dataDir);
  if (far !== undefined) await rm(far, { recursive: true, force: true });
  await rm(dataDir, { recursive: true, force: true });
}

async function homeOf(dataDir: string, ownRoot: string, user: ServerUser): Promise<string> {
  const pointer = join(dataDir, 'location');
  const pointed = await readFile(pointer, 'utf8').catch(() => undefined);
  if (pointed !== undefined) return pointed.trim();
  for (;;) {
    const barrier = await firstBarrier(dataDir, user);
    if (barrier === undefined) return dataDir;
    if (relative(ownRoot, barrier).startsWith('..')) break;
    const { mode } = await stat(barrier);
    await chmod(barrier, (mode & 0o777) | 0o111);
  }
  // A name of its own: a data folder that was deleted and made again must not meet the old data with its new password.
  const home = join(farHomes, randomBytes(8).toString('hex'));
  return (await writeOnce(pointer, home)).trim();
}

/** One password for the life of the data. */
async function ensurePassword(dataDir: string): Promise<string> {
  return (await writeOnce(join(dataDir, 'password'), randomBytes(24).toString('base64url'))).trim();
}

/** Answers what the file holds; makes it when it is missing, whole before it gets its name, so that two starts at once agree on it. */
async function writeOnce(path: string, text: string): Promise<string> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(`${text}\n`);
      // initdb syncs the data: a password that a power cut emptied beside it would let nobody in.
      await file.sync();
    } finally {
      await file.close();
    }
    await link(draft, path);
    await syncFolder(dirname(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return readFile(path, 'utf8');
}

/** A file system's refusal in the words of the person who starts the product. */
export function homeFault(dataDir: string, cause: unknown): CodedError {
  if (cause instanceof CodedError) return cause;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(dataDir, cause);
  const user = process.getuid === undefined ? '' : ` by the user with id ${process.getuid()}`;
  const message = `The data folder ${dataDir} cannot be written${user} (${code || 'unknown fault'}); correct its owner or set DATA_DIR to another folder.`;
  return new CodedError('CONFIG_INVALID', message, { cause, details: { dataDir } });
}

export function diskFull(dataDir: string, cause?: unknown): CodedError {
  const message = `The disk that holds ${dirname(dataDir)} is full; free some space and start again.`;
  return new CodedError('ENGINE_UNAVAILABLE', message, { cause, details: { dataDir } });
}
