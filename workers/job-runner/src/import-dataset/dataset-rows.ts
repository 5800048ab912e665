import { CodedError, csvDelimiter, csvMark, tellsCsvDelimiter, textLines } from '@tributary/runtime';
import { CsvReader, type CsvRecord } from './csv-records.ts';
import { type DatasetEncoding, datasetText } from './dataset-text.ts';
import { jsonRow, jsonRows } from './json-rows.ts';
import type { ReadRow } from './read-row.ts';

export interface DatasetFormat {
  readonly format: 'csv' | 'json' | 'jsonl';
  /** Of a CSV; undefined where its first lines tell. */
  readonly delimiter: string | undefined;
  readonly encoding: DatasetEncoding;
}

/** In UTF-16 code units, as all text here. */
const longestRecord = 1024 * 1024;
const largestJsonBytes = 64 * 1024 * 1024;
/** Read at once, the smallest value takes twenty times its text: 64 MiB of `{}` are 2 GB. Commas in texts count as well: there are as many again for those. */
const mostJsonValues = 8_000_000;
/** Rows of JSON may each have names of their own, as long as a row may be, and all of them would be kept. */
const mostNames = 10_000;
const mostCharactersOfNames = 1024 * 1024;

/**
 * The rows of a dataset in the order of the file, those of a piece of it together, as few or many as that has: handed over one by one, each would be waited for by whoever takes it
 * and by all in between, which takes longer than reading it. Every reading of one file gives the same. A row that cannot be read stands in its place as a fault. @throws CodedError BAD_USER_INPUT when the file as a whole is not of its format, PAYLOAD_TOO_LARGE
 */
export async function* datasetRows(
  bytes: AsyncIterable<Uint8Array>,
  { format, delimiter, encoding }: DatasetFormat,
): AsyncGenerator<readonly ReadRow[]> {
  const text = datasetText(bytes, encoding);
  if (format === 'csv') yield* csvRows(text, delimiter);
  else if (format === 'jsonl') yield* jsonLines(text);
  else yield* jsonArray(text);
}

export interface Survey {
  readonly rows: number;
  /** The names that rows of JSON have, in the order they were met; null for a CSV, whose head says them, where no row could be read, and where there are more than are counted. */
  readonly columns: readonly string[] | null;
}

/**
 * Reads a file to its end, and answers what is in it. An import that met bytes it cannot read half-way would have made the records before them, and the file that
 * replaces this one would make them again: so all of it is read before the first is made.
 * @throws CodedError as `datasetRows`
 */
export async function surveyRows(bytes: AsyncIterable<Uint8Array>, format: DatasetFormat): Promise<Survey> {
  let rows = 0;
  const met = new MetNames();
  const hasHead = format.format === 'csv';
  for await (const piece of datasetRows(bytes, format))
    for (const read of piece) {
      if ('headings' in read) continue;
      rows += 1;
      if (!hasHead && 'row' in read) met.add(Object.keys(read.row));
    }
  return { rows, columns: met.all() };
}

/** Lets go of all of them where they are too many. */
class MetNames {
  readonly #names = new Set<string>();
  #characters = 0;
  #areTooMany = false;

  add(names: readonly string[]): void {
    if (this.#areTooMany) return;
    for (const name of names) {
      if (this.#names.has(name)) continue;
      this.#names.add(name);
      this.#characters += name.length;
    }
    this.#areTooMany = this.#names.size > mostNames || this.#characters > mostCharactersOfNames;
    if (this.#areTooMany) this.#names.clear();
  }

  /** Null where none was met as well. */
  all(): readonly string[] | null {
    return this.#names.size === 0 ? null : [...this.#names];
  }
}

async function* csvRows(
  text: AsyncIterable<string>,
  delimiter: string | undefined,
): AsyncGenerator<readonly ReadRow[]> {
  let rowOf: ((record: CsvRecord) => ReadRow) | undefined;
  for await (const records of csvRecords(text, delimiter)) {
    const rows: ReadRow[] = [];
    for (const record of records) {
      if (rowOf !== undefined) {
        rows.push(rowOf(record));
        continue;
      }
      const headings = headingsOf(record);
      rowOf = rowReader(headings);
      rows.push({ headings });
    }
    yield rows;
  }
}

function rowReader(headings: readonly string[]): (record: CsvRecord) => ReadRow {
  // To set a property of this name would set something else.
  const areNames = !headings.includes('__proto__');
  return (record) => {
    if ('fault' in record)
      return { fault: record.fault, ...(record.isUnclosed ? { unreadFromLine: record.line } : {}) };
    const { cells } = record;
    if (cells.length !== headings.length) return { fault: 'it has not as many cells as there are columns' };
    if (!areNames) return { row: Object.fromEntries(headings.map((heading, at) => [heading, cells[at]])) };
    const row: Record<string, unknown> = {};
    for (let at = 0; at < headings.length; at += 1) row[headings[at] ?? ''] = cells[at];
    return { row };
  };
}

async function* csvRecords(
  text: AsyncIterable<string>,
  chosen: string | undefined,
): AsyncGenerator<readonly CsvRecord[]> {
  let reader: CsvReader | undefined;
  let beginning = '';
  const begin = (): readonly CsvRecord[] => {
    const mark = csvMark(beginning);
    const rest = beginning.slice(mark?.length ?? 0);
    reader = new CsvReader(chosen ?? mark?.delimiter ?? csvDelimiter(rest), longestRecord);
    return reader.read(rest);
  };
  for await (const piece of text) {
    if (reader !== undefined) {
      yield reader.read(piece);
      continue;
    }
    beginning += piece;
    const isTold = chosen === undefined ? tellsCsvDelimiter(beginning) : /[\r\n]/.test(beginning);
    if (isTold || beginning.length > longestRecord) yield begin();
  }
  if (reader === undefined) yield begin();
  yield (reader ?? new CsvReader(',', longestRecord)).end();
}

function headingsOf(record: CsvRecord): readonly string[] {
  if ('fault' in record)
    throw new CodedError(
      'BAD_USER_INPUT',
      `The file is no CSV: its headings cannot be read: ${record.fault}.`,
    );
  // Columns without a name are what spreadsheets leave at the right; nothing can ask for them.
  const named = record.cells.filter((heading) => heading !== '');
  const twice = named.find((heading, at) => named.indexOf(heading) < at);
  if (twice === undefined) return record.cells;
  throw new CodedError(
    'BAD_USER_INPUT',
    `The file has more than one column ${twice.slice(0, 100)}: which one is meant cannot be said. Rename one of them.`,
    { details: { column: twice.slice(0, 100) } },
  );
}

async function* jsonLines(text: AsyncIterable<string>): AsyncGenerator<readonly ReadRow[]> {
  for await (const line of textLines(text, longestRecord)) {
    if (line === undefined) yield [{ fault: `it is longer than ${longestRecord} characters` }];
    else if (line.trim() !== '') yield [jsonRow(line)];
  }
}

async function* jsonArray(text: AsyncIterable<string>): AsyncGenerator<readonly ReadRow[]> {
  const pieces: string[] = [];
  let size = 0;
  let values = 0;
  for await (const piece of text) {
    size += Buffer.byteLength(piece);
    if (size > largestJsonBytes)
      throw new CodedError(
        'PAYLOAD_TOO_LARGE',
        'A JSON file may have 64 MiB; larger ones are imported as JSON Lines.',
      );
    for (const [mark] of piece.matchAll(/[[{,]/g)) values += mark.length;
    if (values > mostJsonValues)
      throw new CodedError(
        'PAYLOAD_TOO_LARGE',
        `A JSON file may have ${mostJsonValues} values; larger ones are imported as JSON Lines.`,
      );
    pieces.push(piece);
  }
  for (const row of jsonRows(pieces.join(''))) yield [row];
}
