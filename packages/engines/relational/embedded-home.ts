import { createHash, randomBytes } from 'node:crypto';
import { chmod, link, mkdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { CodedError } from '@tributary/runtime';
import { firstBarrier, type ServerUser } from './embedded-user.ts';

/** Where one embedded server keeps things. */
export interface ServerHome {
  /** The folder the caller named: password, log, pointer. */
  readonly dataDir: string;
  /** Holds `cluster`; the data folder itself, or another where the server's user can reach it. */
  readonly home: string;
  readonly cluster: string;
  readonly password: string;
}

/**
 * Makes or finds the folders and the password of a server.
 * A root process whose data folder lies behind a private one (`/root`, mode 700) keeps the cluster in `/var/lib/tributary`;
 * the file `location` in the data folder points there.
 * @param ownRoot the outermost folder that belongs to this product alone: up to it, folders are opened for passing through (o+x).
 */
export async function prepareHome(dataDir: string, ownRoot: string, user: ServerUser): Promise<ServerHome> {
  try {
    await mkdir(dataDir, { recursive: true });
    const home = await homeOf(await realpath(dataDir), await realpath(ownRoot), user);
    await mkdir(home, { recursive: true, mode: 0o755 });
    const password = await ensurePassword(dataDir);
    return { dataDir, home, cluster: join(home, 'cluster'), password };
  } catch (cause) {
    throw homeFault(dataDir, cause);
  }
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
    await chmod(barrier, (mode & 0o777) | 0o011);
  }
  const home = join('/var/lib/tributary', createHash('sha256').update(dataDir).digest('hex').slice(0, 16));
  await writeFile(pointer, `${home}\n`, { mode: 0o600 });
  return home;
}

/** One password for the life of the data; written whole before it gets its name, so that two starts agree on it. */
async function ensurePassword(dataDir: string): Promise<string> {
  const path = join(dataDir, 'password');
  const found = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (found !== undefined) return found.trim();
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  try {
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return (await readFile(path, 'utf8')).trim();
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
