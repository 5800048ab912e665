import { open } from 'node:fs/promises';
import { csvDelimiter } from '@tributary/runtime/csv-delimiter';
import { CodedError } from '@tributary/runtime/errors';
import type { EmbeddedTable } from './embedded-messages.ts';

/** How a CSV is divided, and what its first line that holds something calls its columns. */
export interface CsvHead {
  readonly delimiter: string;
  /** Empty lines before the head. */
  readonly emptyLines: number;
  /** None where the file holds nothing. */
  readonly names: readonly string[];
}

/** Enough for the names of thousands of columns, and for the row after them that tells what divides them. */
const mostBytes = 1_000_000;

/**
 * The head of the files of a table, which are to have the same one: an engine that looks for it by itself takes the first line that fits what follows, and
 * leaves out all before it. @throws CodedError QUERY_INVALID naming the table
 */
export async function csvHead({
  name: table,
  paths,
  delimiters = [],
}: Pick<EmbeddedTable, 'name' | 'paths' | 'delimiters'>): Promise<CsvHead> {
  let first: CsvHead | undefined;
  for (const [at, path] of paths.entries()) {
    const head = headOf(table, await beginningOf(path), delimiters[at]);
    if (head.names.length === 0 && paths.length > 1) continue;
    if (first !== undefined && JSON.stringify(head) !== JSON.stringify(first))
      throw invalid(`The files of the table ${table} begin with different head lines.`);
    first = head;
  }
  return first ?? { delimiter: ',', emptyLines: 0, names: [] };
}

export function emptyCsv(table: string): CodedError {
  return invalid(`The table ${table} is an empty file: it has no columns.`);
}

async function beginningOf(path: string): Promise<Buffer> {
  await using file = await open(path);
  const bytes = Buffer.alloc(mostBytes);
  let size = 0;
  for (;;) {
    const { bytesRead } = await file.read(bytes, size, mostBytes - size, size);
    size += bytesRead;
    if (bytesRead === 0 || size === mostBytes) return bytes.subarray(0, size);
  }
}

function headOf(table: string, bytes: Buffer, told: string | undefined): CsvHead {
  const text = textOf(table, bytes);
  const [lineEnd, other] = new Set(text.replaceAll(/"[^"]*(?:"|$)/g, '').match(/\r\n|\n|\r(?!$)/g));
  // DuckDB takes one for all, and skips what it then takes for one line.
  if (other !== undefined)
    throw invalid(
      `The lines of the table ${table} end in different ways (${lineEnds(lineEnd)} and ${lineEnds(other)}): write all with one.`,
    );
  const emptyLines = /^(?:\r\n|\n|\r)*/.exec(text)?.[0] ?? '';
  const delimiter = told ?? csvDelimiter(text);
  const cells = firstRecord(text.slice(emptyLines.length), delimiter);
  if (cells === undefined && bytes.length === mostBytes)
    throw invalid(`The head line of the table ${table} is longer than ${mostBytes} bytes.`);
  const head = cells ?? firstRecord(`${text.slice(emptyLines.length)}\n`, delimiter) ?? [];
  return {
    delimiter,
    emptyLines: emptyLines.match(/\r\n|\n|\r/g)?.length ?? 0,
    names: head.length === 1 && head[0] === '' ? [] : toldApart(head),
  };
}

function textOf(table: string, bytes: Buffer): string {
  try {
    // A character may be cut by the end of what was read. A mark of the byte order is none of the text.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes, {
      stream: bytes.length === mostBytes,
    });
    if (!text.includes('\0')) return text;
  } catch {
    // Told below.
  }
  throw invalid(`The table ${table} is not UTF-8, which a CSV has to be.`);
}

/** The cells up to the first end of a line outside of quotes (RFC 4180); undefined where there is none. */
function firstRecord(text: string, delimiter: string): string[] | undefined {
  const cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  for (const character of text) {
    if (character === '"') isQuoted = !isQuoted;
    if (!isQuoted && (character === '\n' || character === '\r')) return [...cells, unquoted(cell)];
    if (isQuoted || character !== delimiter) cell += character;
    else {
      cells.push(unquoted(cell));
      cell = '';
    }
  }
  return undefined;
}

const unquoted = (cell: string): string =>
  /^".*"$/s.test(cell) ? cell.slice(1, -1).replaceAll('""', '"') : cell;

/** Names that SQL can tell apart: one without a text has its place (`column1` is the second), one that is there already, whatever its case, a number after it. */
export function toldApart(cells: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return cells.map((cell, at) => {
    const name = cell === '' ? `column${at}` : cell;
    let free = name;
    for (let number = 1; taken.has(free.toLowerCase()); number += 1) free = `${name}_${number}`;
    taken.add(free.toLowerCase());
    return free;
  });
}

const lineEnds = (end = ''): string => end.replaceAll('\r', 'CR').replaceAll('\n', 'LF');

function invalid(message: string): CodedError {
  return new CodedError('QUERY_INVALID', message);
}
