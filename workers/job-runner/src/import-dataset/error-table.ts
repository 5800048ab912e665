import { csvTable } from '../csv-table.ts';

export interface TableError {
  readonly row: number;
  readonly code: string;
  readonly message: string;
}

const columns = [
  { name: 'row', isText: false },
  { name: 'code', isText: false },
  { name: 'message', isText: true },
];

/** Errors as CSV. Messages name columns of the file, which anybody may have called `=cmd…`. */
export function errorTable(errors: readonly TableError[]): string {
  return csvTable(
    columns,
    errors.map(({ row, code, message }) => [row, code, message]),
  );
}
