import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { CodedError } from '@tributary/runtime';
import { parse } from 'csv-parse';
import { type DatasetEncoding, datasetText } from './dataset-text.ts';
import type { Row } from './import-plan.ts';

export interface DatasetFormat {
  readonly format: 'csv' | 'json' | 'jsonl';
  readonly delimiter: string;
  readonly encoding: DatasetEncoding;
}

/** A row of the file, or why it is none. */
export type ReadRow = { readonly row: Row } | { readonly fault: string };

const longestRecordBytes = 1024 * 1024;
const largestJsonBytes = 64 * 1024 * 1024;

/**
 * The rows of a dataset in the order of the file: every reading of one file gives the same. A row that cannot be read stands in its place as
 * a fault. @throws CodedError BAD_USER_INPUT when the file as a whole is not of its format, PAYLOAD_TOO_LARGE
 */
export async function* datasetRows(
  bytes: AsyncIterable<Uint8Array>,
  { format, delimiter, encoding }: DatasetFormat,
): AsyncGenerator<ReadRow> {
  const text = datasetText(bytes, encoding);
  if (format === 'csv') yield* csvRows(text, delimiter);
  else if (format === 'jsonl') yield* jsonLines(text);
  else yield* jsonArray(text);
}

async function* csvRows(text: AsyncIterable<string>, delimiter: string): AsyncGenerator<ReadRow> {
  const parser = parse({
    delimiter,
    columns: true,
    // A row with too few or too many cells is a fault of its own, told by its missing or surplus cells.
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: longestRecordBytes,
    info: true,
  });
  const source = Readable.from(text);
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: Row;
      info: { error?: { message: string } };
    }>)
      yield info.error === undefined
        ? { row: record }
        : { fault: 'it has not as many cells as there are columns' };
  } catch (cause) {
    if (cause instanceof CodedError) throw cause;
    if (!(cause instanceof Error && 'code' in cause && String(cause.code).startsWith('CSV_'))) throw cause;
    throw new CodedError('BAD_USER_INPUT', `The file is no CSV: ${cause.message.slice(0, 300)}.`, { cause });
  } finally {
    source.destroy();
  }
}

async function* jsonLines(text: AsyncIterable<string>): AsyncGenerator<ReadRow> {
  const lines = createInterface({ input: Readable.from(text), crlfDelay: Number.POSITIVE_INFINITY });
  for await (const line of lines) {
    if (line.trim() === '') continue;
    if (line.length > longestRecordBytes) yield { fault: 'it is longer than 1 MiB' };
    else yield rowOf(parsed(line));
  }
}

async function* jsonArray(text: AsyncIterable<string>): AsyncGenerator<ReadRow> {
  const pieces: string[] = [];
  let size = 0;
  for await (const piece of text) {
    size += Buffer.byteLength(piece);
    if (size > largestJsonBytes)
      throw new CodedError(
        'PAYLOAD_TOO_LARGE',
        'A JSON file may have 64 MiB; larger ones are imported as JSON Lines.',
      );
    pieces.push(piece);
  }
  const all = parsed(pieces.join(''));
  if (!Array.isArray(all)) throw new CodedError('BAD_USER_INPUT', 'The file is no JSON array of objects.');
  for (const item of all) yield rowOf(item);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function rowOf(value: unknown): ReadRow {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? { row: value as Row }
    : { fault: 'it is no JSON object' };
}
