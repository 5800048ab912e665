import { CodedError } from '@tributary/runtime';
import { type BatchQuery, batchLimits } from './port.ts';

const tableName = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;

/** What every adapter refuses before it starts anything. @throws CodedError BAD_USER_INPUT */
export function checkQuery({ sql, tables, timeLimitMs = batchLimits.defaultTimeLimitMs }: BatchQuery): void {
  const refuse = (message: string, details: Readonly<Record<string, unknown>>): never => {
    throw new CodedError('BAD_USER_INPUT', message, { details });
  };
  const { sqlChars, filesPerTable, maxTimeLimitMs } = batchLimits;
  if (sql.trim() === '') refuse('The query is empty.', { argument: 'sql' });
  if (sql.length > sqlChars)
    refuse(`The query is longer than ${sqlChars} characters.`, { argument: 'sql', sqlChars });
  // A NUL ends a text for C code that still lies behind it for us.
  if (sql.includes('\0')) refuse('The query holds a NUL character.', { argument: 'sql' });
  if (!(timeLimitMs > 0 && timeLimitMs <= maxTimeLimitMs)) {
    refuse(`A time limit is above 0 and at most ${maxTimeLimitMs} ms.`, {
      argument: 'timeLimitMs',
      maxTimeLimitMs,
    });
  }
  if (tables.length > batchLimits.tables)
    refuse(`At most ${batchLimits.tables} tables.`, { argument: 'tables' });
  const names = new Set<string>();
  for (const { name, files, columns } of tables) {
    if (!tableName.test(name))
      refuse('A table name is letters, digits and _, at most 63.', { argument: 'tables' });
    if (names.has(name.toLowerCase())) refuse(`There are two tables "${name}".`, { argument: 'tables' });
    names.add(name.toLowerCase());
    if (files.length === 0 || files.length > filesPerTable) {
      refuse(`The table "${name}" has no file, or more than ${filesPerTable}.`, {
        argument: 'tables',
        filesPerTable,
      });
    }
    if (columns?.length === 0) refuse(`The table "${name}" has no column.`, { argument: 'tables' });
  }
}
