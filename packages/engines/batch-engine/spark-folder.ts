import { createReadStream } from 'node:fs';
import { chmod, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve, sep } from 'node:path';
import { CodedError } from '@tributary/runtime';
import type { BatchFile, BatchTable } from './port.ts';
import { isAlive, makeRunFolder, type RunFolder } from './run-folder.ts';
import type { SparkAddress } from './spark-address.ts';

/** A run may take four hours, and wait before. */
const staleAfterMs = 86_400_000;
const prefix = 'tributary-run-';
/** Other machines have folders beside ours; their names tell whose they are. */
const ours = `${prefix}${hostname().replaceAll(/[^\w.]/g, '_')}-`;

/** A folder for one run where Spark sees it. Whoever shares our group may write there, and others see nothing. */
export async function makeSparkFolder({ folder }: SparkAddress): Promise<RunFolder> {
  const made = await makeRunFolder(join(folder, `${ours}${process.pid}-`));
  for (const part of ['', 'sources', 'result']) await chmod(join(made.dir, part), 0o770);
  return made;
}

/**
 * Makes the shared folder where there is none, and removes what processes left there that were killed: of this machine at once, of others after a day.
 * @throws CodedError CONFIG_INVALID when it cannot be written
 */
export async function sweepSparkFolder({ folder, setting }: SparkAddress, nowMs: number): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    for (const name of await readdir(folder)) {
      if (!name.startsWith(prefix)) continue;
      const path = join(folder, name);
      const pid = Number(name.startsWith(ours) ? /^\d+/.exec(name.slice(ours.length))?.[0] : Number.NaN);
      const isLeft = Number.isInteger(pid)
        ? !isAlive(pid)
        : // One that is gone by now was swept by another.
          await stat(path).then(
            ({ mtimeMs }) => nowMs - mtimeMs > staleAfterMs,
            () => false,
          );
      if (isLeft) await rm(path, { recursive: true, force: true });
    }
  } catch (cause) {
    throw new CodedError('CONFIG_INVALID', `${setting} names the folder ${folder}, which cannot be used.`, {
      cause,
      details: { setting },
    });
  }
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
