/**
 * Rows as CSV (RFC 4180), with a byte order mark, by which spreadsheets know UTF-8. A text that a spreadsheet would take for a formula is led by an
 * apostrophe (OWASP, CSV Injection); numbers are numbers and stay.
 */
export function csvOf(columns: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const lines = [columns, ...rows].map((cells) => cells.map(cellText).join(','));
  return `\uFEFF${lines.join('\r\n')}\r\n`;
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const harmless = /^(?:[\s\p{Z}]*[=+\-@]|[\t\r])/u.test(text) && !isNumber(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** Decimals and integers beyond 2^53 come as texts. */
function isNumber(text: string): boolean {
  return /^-?\d+(\.\d+)?$/.test(text);
}

/** Hands a text to the browser as a file. */
export function downloadText(name: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has the bytes once the click is handled.
  setTimeout(() => URL.revokeObjectURL(url));
}
