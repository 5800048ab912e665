import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type CodedError, textLines } from '@tributary/runtime';
import { csvFormula } from './csv-formula.ts';
import { fileTooLarge } from './file-too-large.ts';
import type { BatchColumn, BatchExport } from './port.ts';
import type { RunFolder } from './run-folder.ts';
import { jsonOf } from './spark-cells.ts';
import { folderBytes } from './spark-folder.ts';
import type { SparkRun } from './spark-run.ts';

export interface SparkExport {
  readonly folder: RunFolder;
  readonly target: Pick<BatchExport, 'format' | 'maxBytes' | 'csvFormulas'>;
  /** Aborts the run. */
  readonly stop: (reason: CodedError) => void;
  readonly signal: AbortSignal;
}

const weighEveryMs = 250;
/** A row between Spark and us is at most this many times as long as in the CSV: `null,` for a comma. */
const rowsOverCsv = 6;
/** Characters: below what a string of this process can hold. */
const longestRow = 500_000_000;

/** The result of a run as one file in its folder; answers how many rows it has. @throws CodedError QUERY_TOO_LARGE */
export async function exportFile(run: SparkRun, parts: SparkExport): Promise<number> {
  try {
    return await fileOf(run, parts);
  } catch (error) {
    // A stream that was broken off tells less than the reason it was broken off for.
    parts.signal.throwIfAborted();
    throw error;
  }
}

async function fileOf(run: SparkRun, parts: SparkExport): Promise<number> {
  const { folder, target, signal } = parts;
  const written = join(folder.dir, 'result', 'written');
  const isCsv = target.format === 'CSV';
  const mostBytes = target.maxBytes * (isCsv ? rowsOverCsv : 1);
  const watch = setInterval(async () => {
    if ((await folderBytes(written)) > mostBytes) parts.stop(fileTooLarge(target.maxBytes));
  }, weighEveryMs);
  try {
    if (isCsv)
      await run.write({ path: written, format: 'text', shape: textShape(run.columns), oneFile: false });
    else await run.write({ path: written, format: 'parquet', oneFile: true });
  } finally {
    clearInterval(watch);
  }
  const names = (await readdir(written)).filter((name) => name.startsWith('part-')).toSorted();
  const parted = names.map((name) => join(written, name));
  if (isCsv) return writeCsv(parted, run.columns, { folder, target, signal });
  const [file = ''] = parted;
  await rename(file, folder.resultPath);
  if ((await stat(folder.resultPath)).size > target.maxBytes) throw fileTooLarge(target.maxBytes);
  return run.countRows(folder.resultPath);
}

/** A row as one line of JSON: texts and nulls, whatever the columns' types. */
function textShape(columns: readonly BatchColumn[]): string {
  const cells = columns.map(({ type }, at) =>
    type === 'JSON' ? jsonOf(`c${at}`) : `CAST(c${at} AS STRING)`,
  );
  return `to_json(array(${cells.join(', ')})) AS value`;
}

/** Rows as lines of JSON in files, as one CSV; answers how many they are. @throws CodedError QUERY_TOO_LARGE */
export async function writeCsv(
  files: readonly string[],
  columns: readonly BatchColumn[],
  {
    folder,
    target,
    signal,
  }: Pick<SparkExport, 'target' | 'signal'> & {
    readonly folder: Pick<RunFolder, 'resultPath'>;
  },
): Promise<number> {
  const { maxBytes, csvFormulas = 'NEUTRALISE' } = target;
  const formula = new RegExp(csvFormula, 'u');
  const safe = (text: string): string =>
    csvFormulas === 'NEUTRALISE' && formula.test(text) ? `'${text}` : text;
  let rowCount = 0;
  let sizeBytes = 0;
  const lines = async function* (): AsyncGenerator<string> {
    yield columns.map(({ name }) => csvCell(safe(name))).join(',');
    for (const file of files) {
      for await (const line of textLines(createReadStream(file, 'utf8'), longestRow)) {
        if (line === undefined) throw fileTooLarge(maxBytes);
        const cells = JSON.parse(line) as readonly (string | null)[];
        rowCount += 1;
        yield cells.map((cell, at) => cellText(cell, columns[at], safe)).join(',');
      }
    }
  };
  const bytes = async function* (): AsyncGenerator<Buffer> {
    for await (const line of lines()) {
      const row = Buffer.from(`${line}\n`);
      sizeBytes += row.length;
      if (sizeBytes > maxBytes) throw fileTooLarge(maxBytes);
      yield row;
    }
  };
  await pipeline(Readable.from(bytes()), createWriteStream(folder.resultPath), { signal });
  return rowCount;
}

function cellText(
  cell: string | null,
  column: BatchColumn | undefined,
  safe: (text: string) => string,
): string {
  if (cell === null) return '';
  switch (column?.type) {
    case 'DOUBLE':
      return doubleText(Number(cell));
    case 'STRING':
    case 'JSON':
    case 'BINARY':
      return csvCell(safe(cell), cell === '');
    default:
      return cell;
  }
}

/** In quotes where it must be (RFC 4180), and where it is empty, since nothing at all is NULL. */
function csvCell(text: string, quote = false): string {
  return quote || /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** As DuckDB prints it: whole numbers with `.0`, exponents from 1e16 and below 1e-4, of two digits. */
function doubleText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
  const size = Math.abs(value);
  if (size >= 1e16 || (size < 1e-4 && size > 0))
    return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  return Number.isInteger(value) ? `${Object.is(value, -0) ? '-0' : value}.0` : String(value);
}
