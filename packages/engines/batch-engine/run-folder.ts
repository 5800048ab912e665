import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CodedError } from '@tributary/runtime';
import { isMarkedCsv, unmarkedCsv } from './csv-mark.ts';
import type { EmbeddedTable } from './embedded-messages.ts';
import { isMarkedJson, unmarkedJson } from './json-mark.ts';
import type { BatchFile, BatchFormat, BatchTable } from './port.ts';

/** The folder of one run: copies of its sources, what the engine spills, the file it writes. Disposing removes it all. */
export interface RunFolder extends AsyncDisposable {
  readonly dir: string;
  readonly spillDir: string;
  readonly resultPath: string;
}

/** Removes the folders of processes that were killed before they could; one that another user left stays, and keeps nobody from starting. */
export async function sweepRunFolders(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = Number(/^tributary-batch-(\d+)-/.exec(name)?.[1] ?? Number.NaN);
    if (Number.isInteger(pid) && !isAlive(pid))
      await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => undefined);
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process is one too.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

export async function makeRunFolder(
  prefix = join(tmpdir(), `tributary-batch-${process.pid}-`),
): Promise<RunFolder> {
  const dir = await mkdtemp(prefix);
  for (const part of ['sources', 'spill', 'result']) await mkdir(join(dir, part));
  return {
    dir,
    spillDir: join(dir, 'spill'),
    resultPath: join(dir, 'result', 'result'),
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  };
}

interface Staged {
  readonly path: string;
  readonly delimiter: string | undefined;
}

/**
 * Makes every file of the tables one the engine can read where it is: streams are copied into the folder, `maxBytes` of them at most, and so is a CSV whose first line
 * is for Excel (`sep=;`), and JSON Lines with a mark of the byte order: those are taken out.
 * @throws CodedError QUERY_TOO_LARGE, and what a stream throws
 */
export async function stageTables(
  folder: RunFolder,
  tables: readonly BatchTable[],
  options: { readonly maxBytes: number; readonly signal: AbortSignal },
): Promise<readonly EmbeddedTable[]> {
  let leftBytes = options.maxBytes;
  let copies = 0;
  const stage = async (file: BatchFile, format: BatchFormat): Promise<Staged> => {
    if ('path' in file) {
      if (!(await isMarked(file.path, format))) return { path: resolve(file.path), delimiter: undefined };
      return stage({ read: () => createReadStream(file.path) }, format);
    }
    copies += 1;
    let delimiter: string | undefined;
    const unmarked = {
      CSV: unmarkedCsv((told) => {
        delimiter = told;
      }),
      JSON: unmarkedJson,
      PARQUET: (bytes: AsyncIterable<Uint8Array>) => bytes,
    }[format];
    const path = join(folder.dir, 'sources', String(copies));
    const counted = new Transform({
      transform(chunk: Uint8Array, _encoding, done) {
        leftBytes -= chunk.byteLength;
        done(leftBytes < 0 ? sourcesTooLarge(options.maxBytes) : null, chunk);
      },
    });
    if ((file.sizeBytes ?? 0) > leftBytes) throw sourcesTooLarge(options.maxBytes);
    await pipeline(
      Readable.from(unmarked(file.read()), { objectMode: false }),
      counted,
      createWriteStream(path),
      {
        signal: options.signal,
      },
    );
    return { path, delimiter };
  };
  const staged: EmbeddedTable[] = [];
  for (const { name, format, files, columns } of tables) {
    const sources: Staged[] = [];
    for (const file of files) sources.push(await stage(file, format));
    staged.push({
      ...{ name, format, columns },
      paths: sources.map(({ path }) => path),
      delimiters: sources.map(({ delimiter }) => delimiter),
    });
  }
  return staged;
}

async function isMarked(path: string, format: BatchFormat): Promise<boolean> {
  if (format === 'PARQUET') return false;
  return format === 'CSV' ? isMarkedCsv(path) : isMarkedJson(path);
}

function sourcesTooLarge(maxBytes: number): CodedError {
  return new CodedError(
    'QUERY_TOO_LARGE',
    `The tables hold more than the ${maxBytes} bytes that can be read at once.`,
    {
      details: { maxBytes },
    },
  );
}
