import { finished } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import { beginningOf, csvDelimiter, csvMark, requireStillWanted } from '@tributary/runtime';
import { parse } from 'csv-parse';
import { type ColumnType, columnType } from '../domain/column-type.ts';
import type { ReadText, TextEncoding } from '../domain/read-text.ts';

export interface TextPreview {
  readonly __typename: 'TextPreview';
  readonly text: string;
  readonly encoding: TextEncoding;
  readonly truncated: boolean;
}

export interface TablePreview {
  readonly __typename: 'TablePreview';
  readonly columns: { readonly name: string; readonly type: ColumnType }[];
  readonly rows: (string | null)[][];
  readonly encoding: TextEncoding;
  readonly truncated: boolean;
}

/** What is read of a file for its preview. */
export const previewedBytes = 256 * 1024;
const mostCharacters = 20_000;
const mostColumns = 100;
const mostCellCharacters = 1_000;
/** Parsed at once: a table made for it keeps the process for milliseconds, where the whole beginning would keep it for a fifth of a second. */
const pieceBytes = 16 * 1024;

export function textPreview({ text, encoding }: ReadText, whole: boolean): TextPreview {
  const truncated = !whole || text.length > mostCharacters;
  return {
    __typename: 'TextPreview',
    text: beginningOf(text, mostCharacters),
    encoding,
    truncated,
  };
}

export interface TableRequest {
  readonly whole: boolean;
  readonly rows: number;
  /** Undefined where its first lines tell. */
  readonly delimiter: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * The first rows of a table with a head line. Null where it cannot be read as one: its text is shown instead.
 * @throws CodedError DEADLINE_EXCEEDED when nobody waits any more
 */
export async function tablePreview(
  { text, encoding }: ReadText,
  { whole, rows, delimiter, signal }: TableRequest,
): Promise<TablePreview | null> {
  // The last line of a beginning may have been cut.
  const told = whole ? text : text.slice(0, text.lastIndexOf('\n') + 1);
  const mark = csvMark(told);
  const lines = told.slice(mark?.length ?? 0);
  const [names = [], ...cells] = await records(lines, {
    delimiter: delimiter ?? mark?.delimiter ?? csvDelimiter(lines),
    count: rows + 2,
    signal,
  });
  if (names.length === 0) return null;
  const shown = cells
    .slice(0, rows)
    .map((record) => names.slice(0, mostColumns).map((_name, at) => cellOf(record[at])));
  const columns = names.slice(0, mostColumns).map((name, at) => ({
    name: beginningOf(name, mostCellCharacters),
    type: columnType(shown.map((row) => row[at] ?? null)),
  }));
  const truncated = !whole || cells.length > rows || names.length > mostColumns;
  return { __typename: 'TablePreview', columns, rows: shown, encoding, truncated };
}

interface RecordsRequest extends Pick<TableRequest, 'signal'> {
  readonly delimiter: string;
  readonly count: number;
}

/** The first records, and no more cells of each than tell that there are more than are shown. None where the text is no table. */
async function records(
  text: string,
  { delimiter, count, signal }: RecordsRequest,
): Promise<readonly (readonly string[])[]> {
  const found: string[][] = [];
  const parser = parse({
    delimiter,
    bom: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: previewedBytes,
    // Taken here, nothing waits in the stream: what came before a fault is there.
    on_record: (record: string[]) => {
      if (found.length < count) found.push(record.slice(0, mostColumns + 1));
      return null;
    },
  });
  const ended = finished(parser.resume()).then(
    () => true,
    () => false,
  );
  try {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length && found.length < count && parser.writable; at += pieceBytes) {
      parser.write(bytes.subarray(at, at + pieceBytes));
      await setImmediate();
      requireStillWanted(signal);
    }
    if (found.length === count) return found;
    parser.end();
    return (await ended) || found.length === count ? found : [];
  } finally {
    parser.destroy();
  }
}

function cellOf(cell: string | undefined): string | null {
  return cell === undefined || cell === '' ? null : beginningOf(cell, mostCellCharacters);
}
