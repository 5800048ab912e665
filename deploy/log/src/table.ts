import { asSeen } from './as-seen.ts';

type Cells = readonly (string | number)[];

/** Rows under their headings, in columns; numbers to the right. */
export function table(headings: readonly string[], values: readonly Cells[]): string {
  const rows = values.map((cells) => cells.map((cell) => (typeof cell === 'string' ? asSeen(cell) : cell)));
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => String(row[column] ?? '').length)),
  );
  const line = (cells: Cells, isHeading: boolean): string =>
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
