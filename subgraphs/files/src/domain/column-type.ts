export type ColumnType = 'TEXT' | 'INTEGER' | 'NUMBER' | 'BOOLEAN' | 'DATE' | 'DATETIME';

const tests: readonly (readonly [ColumnType, (cell: string) => boolean])[] = [
  ['INTEGER', (cell) => /^[+-]?\d{1,15}$/.test(cell) && !/^[+-]?0\d/.test(cell)],
  [
    'NUMBER',
    (cell) =>
      /^[+-]?(\d{1,15}(\.\d{0,15})?|\.\d{1,15})([eE][+-]?\d{1,3})?$/.test(cell) && !/^[+-]?0\d/.test(cell),
  ],
  ['BOOLEAN', (cell) => /^(true|false)$/i.test(cell)],
  ['DATE', (cell) => /^\d{4}-\d{2}-\d{2}$/.test(cell) && !Number.isNaN(Date.parse(cell))],
  ['DATETIME', (cell) => /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/.test(cell) && !Number.isNaN(Date.parse(cell))],
];

/** The narrowest type that fits all cells that hold something. Leading zeros (postcodes, codes) are text. */
export function columnType(cells: readonly (string | null)[]): ColumnType {
  const filled = cells.filter((cell) => cell !== null);
  if (filled.length === 0) return 'TEXT';
  return tests.find(([, fits]) => filled.every(fits))?.[0] ?? 'TEXT';
}
