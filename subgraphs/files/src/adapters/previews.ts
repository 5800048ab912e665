import { parse } from 'csv-parse/sync';
import { type ColumnType, columnType } from '../domain/column-type.ts';
import { textOf } from '../domain/text-type.ts';

export interface TextPreview {
  readonly __typename: 'TextPreview';
  readonly text: string;
  readonly truncated: boolean;
}

export interface TablePreview {
  readonly __typename: 'TablePreview';
  readonly columns: { readonly name: string; readonly type: ColumnType }[];
  readonly rows: (string | null)[][];
  readonly truncated: boolean;
}

/** What is read of a file for its preview. */
export const previewedBytes = 256 * 1024;
const mostCharacters = 20_000;
const mostColumns = 100;
const mostCellCharacters = 1_000;

export function textPreview(head: Uint8Array, whole: boolean): TextPreview | null {
  const text = textOf(head, whole);
  if (text === undefined) return null;
  const truncated = !whole || text.length > mostCharacters;
  // A cut between the halves of a surrogate pair would make text that no JSON can carry.
  return {
    __typename: 'TextPreview',
    text: text.slice(0, mostCharacters).replace(/[\uD800-\uDBFF]$/, ''),
    truncated,
  };
}

/** The first rows of a table with a head line. Null where it cannot be read as one: its text is shown instead. */
export function tablePreview(
  head: Uint8Array,
  { whole, rows, delimiter }: { readonly whole: boolean; readonly rows: number; readonly delimiter: string },
): TablePreview | null {
  const text = textOf(head, whole);
  if (text === undefined) return null;
  // The last line of a beginning may have been cut.
  const lines = whole ? text : text.slice(0, text.lastIndexOf('\n') + 1);
  const [names = [], ...cells] = records(lines, { delimiter, count: rows + 2 });
  if (names.length === 0) return null;
  const shown = cells
    .slice(0, rows)
    .map((record) => names.slice(0, mostColumns).map((_name, at) => cellOf(record[at])));
  const columns = names.slice(0, mostColumns).map((name, at) => ({
    name: name.slice(0, mostCellCharacters),
    type: columnType(shown.map((row) => row[at] ?? null)),
  }));
  const truncated = !whole || cells.length > rows || names.length > mostColumns;
  return { __typename: 'TablePreview', columns, rows: shown, truncated };
}

function records(
  text: string,
  { delimiter, count }: { readonly delimiter: string; readonly count: number },
): readonly (readonly string[])[] {
  try {
    return parse(text, {
      delimiter,
      bom: true,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      to: count,
      max_record_size: previewedBytes,
    });
  } catch {
    return [];
  }
}

function cellOf(cell: string | undefined): string | null {
  return cell === undefined || cell === '' ? null : cell.slice(0, mostCellCharacters);
}
