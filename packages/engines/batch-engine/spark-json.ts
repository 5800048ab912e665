import type { EmbeddedTable } from './embedded-messages.ts';
import { jsonFault } from './json-fault.ts';
import { allRowsOf } from './spark-all-rows.ts';
import { type SparkCellType, typesOf } from './spark-cell-types.ts';
import { isNested } from './spark-cells.ts';
import { ddlOf } from './spark-ddl.ts';
import { isConnectionFault, isServiceError } from './spark-faults.ts';
import { filesOf } from './spark-files.ts';
import type { SparkField, SparkSession } from './spark-session.ts';
import { quoted } from './spark-sql-text.ts';

/** A line that does not fit is a fault, as it is in DuckDB. */
export const jsonOptions = { mode: 'FAILFAST' };

/** What texts may be by what stands in all of them, and numbers that Spark finds no BIGINT for. */
const typesByKind: Readonly<Record<string, readonly SparkCellType[]>> = {
  string: ['DATE', 'TIMESTAMP'],
  double: ['BIGINT', 'DOUBLE'],
  decimal: ['BIGINT', 'DOUBLE'],
};

/**
 * Makes a view of JSON Lines by the rule of decision 357, as the embedded engine reads them; answers its columns. Spark looks into all rows as well, but takes a list of objects for rows,
 * and makes doubles of whole numbers beside fractions.
 * @throws CodedError QUERY_INVALID naming a line that is no object
 */
export async function jsonView(
  session: SparkSession,
  table: EmbeddedTable,
  names: { readonly raw: string; readonly view: string; readonly timeoutMs: number },
): Promise<readonly { readonly name: string; readonly isNested: boolean }[]> {
  try {
    return await viewOf(session, table, names);
  } catch (error) {
    if (!isServiceError(error) || isConnectionFault(error)) throw error;
    throw (await jsonFault(table.name, table.paths)) ?? error;
  }
}

async function viewOf(
  session: SparkSession,
  { name, paths }: EmbeddedTable,
  { raw, view, timeoutMs }: { readonly raw: string; readonly view: string; readonly timeoutMs: number },
): Promise<readonly { readonly name: string; readonly isNested: boolean }[]> {
  if (!(await holdsObjects(session, raw, paths)))
    throw (await jsonFault(name, paths)) ?? new Error(`The table ${name} has a line that is no object.`);
  const read = { format: 'JSON' as const, options: jsonOptions };
  await session.createView(raw, filesOf(paths, read));
  const found = await session.schemaOf({ sql: { query: `SELECT * FROM ${raw}` } }, timeoutMs);
  // The rows are there, if none of them has a key.
  const fields = found.length === 0 ? [{ name: 'json', kind: 'string', type: { string: {} } }] : found;
  const schema = fields.map((field) => `${quoted(field.name)} ${lookedAtAs(field)}`).join(', ');
  await session.createView(raw, filesOf(paths, { ...read, schema }));
  const tested = fields.filter(({ kind }) => kind in typesByKind);
  const columns = tested.map((field) => ({ cell: cellOf(field), types: typesByKind[field.kind] ?? [] }));
  const types = columns.length === 0 ? [] : await typesOf(session, raw, columns);
  const picked = fields.map((field) => {
    const at = tested.indexOf(field);
    const type = at < 0 ? undefined : types[at];
    return type === undefined
      ? quoted(field.name)
      : `CAST(${quoted(field.name)} AS ${type}) AS ${quoted(field.name)}`;
  });
  await session.createView(view, { sql: { query: `SELECT ${picked.join(', ')} FROM ${raw}` } });
  return fields.map((field) => ({ name: field.name, isNested: isNested(field) }));
}

/** Whether each line begins as an object does, those aside that are empty. */
async function holdsObjects(
  session: SparkSession,
  lines: string,
  paths: readonly string[],
): Promise<boolean> {
  await session.createView(lines, filesOf(paths, { format: 'TEXT', options: {} }));
  const query = `SELECT count_if(line <> '' AND NOT startswith(line, '{')) FROM (SELECT trim(LEADING ' \\t\\r' FROM value) AS line FROM ${lines})`;
  const [first] = await allRowsOf(session, query, [{ name: 'count', type: 'BIGINT' }]);
  return first?.[0] === 0n;
}

/** Numbers that may have to stay texts are read as they are written. */
function lookedAtAs({ kind, type }: SparkField): string {
  return kind in typesByKind ? 'STRING' : ddlOf(type);
}

/** A number with a fraction is a double whatever digits it has, as it is for the embedded engine. */
function cellOf({ name, kind }: SparkField): string {
  const cell = quoted(name);
  if (kind === 'string') return cell;
  const double = `try_cast(${cell} AS DOUBLE)`;
  return `CASE WHEN ${cell} RLIKE '[.eE]' AND abs(${double}) < double('Infinity') THEN CAST(${double} AS STRING) ELSE ${cell} END`;
}
