export interface CsvColumn {
  readonly name: string;
  readonly isText: boolean;
}

/** Rows as CSV (RFC 4180) with a heading. Texts and names of columns are anybody's: spreadsheets are kept from running them. */
export function csvTable(
  columns: readonly CsvColumn[],
  rows: Iterable<readonly (string | number | boolean | null)[]>,
): string {
  const headings = columns.map(({ name }) => (/^\w+$/.test(name) ? name : quoted(name)));
  const lines = [headings.join(',')];
  for (const row of rows) {
    const cells = row.map((cell, at) => {
      // Nothing at all between two commas is no value; an empty text is quoted.
      if (cell === null) return '';
      const isBare = columns[at]?.isText !== true && (typeof cell !== 'string' || bare.test(cell));
      return isBare ? String(cell) : quoted(String(cell));
    });
    lines.push(cells.join(','));
  }
  return `${lines.join('\r\n')}\r\n`;
}

/** What spreadsheets run: they look past white space. */
export const formulaStart = /^(?:[\s\p{Z}]*[=+\-@]|[\t\r])/u;
/** What a column that is no text may have outside quotes: numbers, truth values, moments and codes. */
const bare = /^(?:\w[\w.:+-]*|-?\d+(\.\d+)?(e[+-]?\d+)?)$/i;

/** A leading apostrophe makes it text for a spreadsheet (OWASP, CSV Injection). */
function quoted(text: string): string {
  const harmless = formulaStart.test(text) ? `'${text}` : text;
  return `"${harmless.replaceAll('"', '""')}"`;
}
