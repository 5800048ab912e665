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
      return columns[at]?.isText === true ? quoted(String(cell)) : String(cell);
    });
    lines.push(cells.join(','));
  }
  return `${lines.join('\r\n')}\r\n`;
}

/** A leading apostrophe makes it text for a spreadsheet (OWASP, CSV Injection). */
function quoted(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${harmless.replaceAll('"', '""')}"`;
}
