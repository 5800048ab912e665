export interface TableError {
  readonly row: number;
  readonly code: string;
  readonly message: string;
}

/** Errors as CSV (RFC 4180). Messages name columns of the file, which anybody may have called `=cmd…`: spreadsheets are kept from running them. */
export function errorTable(errors: readonly TableError[]): string {
  const lines = errors.map(({ row, code, message }) => [String(row), code, quoted(message)].join(','));
  return `${['row,code,message', ...lines].join('\r\n')}\r\n`;
}

/** A leading quote makes it text for a spreadsheet (OWASP, CSV Injection). */
function quoted(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${harmless.replaceAll('"', '""')}"`;
}
