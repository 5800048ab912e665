import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, mkdir, readdir, readFile, readlink, rm, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { CodedError } from '@tributary/runtime';
import type { BatchFile, BatchTable } from './port.ts';
import { isAlive, makeRunFolder, type RunFolder } from './run-folder.ts';
import type { SparkAddress } from './spark-address.ts';

/** A run may take four hours, and wait before. */
const staleAfterMs = 86_400_000;
const prefix = 'tributary-run-';
/** This process, whatever had its number before. */
const mark = randomBytes(6).toString('hex');

/**
 * Where numbers of processes mean something: one boot of one machine, and there one namespace, since two containers may have the same host name and each its process 1.
 * Where the system does not tell, nowhere but here: what is left then goes after a day.
 */
export async function processSpace(): Promise<string> {
  try {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    const space = `${boot} ${await readlink('/proc/self/ns/pid')}`;
    return createHash('sha256').update(space).digest('hex').slice(0, 12);
  } catch {
    return mark;
  }
}

/** A folder for one run where Spark sees it. Whoever shares our group may write there, and others see nothing. */
export async function makeSparkFolder({ folder }: SparkAddress): Promise<RunFolder> {
  const made = await makeRunFolder(join(folder, `${prefix}${await processSpace()}-${process.pid}-${mark}-`));
  for (const part of ['', 'sources', 'result']) await chmod(join(made.dir, part), 0o770);
  return made;
}

/**
 * Makes the shared folder where there is none, and removes what processes left there that were killed: of this machine, or container, at once, of others after a day.
 * @throws CodedError CONFIG_INVALID when it cannot be written
 */
export async function sweepSparkFolder({ folder, setting }: SparkAddress, nowMs: number): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    const space = await processSpace();
    for (const name of await readdir(folder)) {
      if (!name.startsWith(prefix)) continue;
      const path = join(folder, name);
      // One that is gone by now was swept by another.
      const isStale = await stat(path).then(
        ({ mtimeMs }) => nowMs - mtimeMs > staleAfterMs,
        () => false,
      );
      if (isStale || isOfTheDead(name, space)) await rm(path, { recursive: true, force: true });
    }
  } catch (cause) {
    throw new CodedError('CONFIG_INVALID', `${setting} names the folder ${folder}, which cannot be used.`, {
      cause,
      details: { setting },
    });
  }
}

/** Of a process that would be seen here, and is not: also of one before this one that had its number. */
function isOfTheDead(name: string, space: string): boolean {
  const [, of, pid, by] = /^tributary-run-([0-9a-f]{12})-(\d+)-([0-9a-f]{12})-/.exec(name) ?? [];
  if (of !== space) return false;
  return Number(pid) === process.pid ? by !== mark : !isAlive(Number(pid));
}

/** Tables whose local files outside of the shared folder are streams, for they have to be copied into it. */
export function copiedFromOutside(
  tables: readonly BatchTable[],
  { folder }: SparkAddress,
): readonly BatchTable[] {
  const isInside = (path: string): boolean => resolve(path).startsWith(resolve(folder) + sep);
  const moved = (file: BatchFile): BatchFile =>
    'read' in file || isInside(file.path) ? file : { read: () => createReadStream(file.path) };
  return tables.map((table) => ({ ...table, files: table.files.map(moved) }));
}

/** Bytes of all files below a folder; what disappears meanwhile has none. */
export async function folderBytes(dir: string): Promise<number> {
  const entries = await readdir(dir, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(
    entries.map((entry) =>
      stat(join(dir, entry)).then(
        (found) => (found.isFile() ? found.size : 0),
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
