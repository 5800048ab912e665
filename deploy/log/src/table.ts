/** Rows under their headings, in columns; numbers to the right. */
export function table(headings: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => String(row[column] ?? '').length)),
  );
  const line = (cells: readonly (string | number)[], isHeading: boolean): string =>
    cells
      .map((cell, column) => {
        const isNumber = typeof (isHeading ? rows[0]?.[column] : cell) === 'number';
        const width = widths[column] ?? 0;
        return isNumber ? String(cell).padStart(width) : String(cell).padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return [line(headings, true), ...rows.map((row) => line(row, false))].join('\n');
}
