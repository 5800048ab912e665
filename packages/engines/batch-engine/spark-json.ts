import type { EmbeddedTable } from './embedded-messages.ts';
import { jsonFault } from './json-fault.ts';
import { mostColumns } from './json-shape.ts';
import { allRowsOf } from './spark-all-rows.ts';
import { type SparkCellType, typesOf } from './spark-cell-types.ts';
import { isNested } from './spark-cells.ts';
import { ddlOf } from './spark-ddl.ts';
import { isServiceError } from './spark-faults.ts';
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

interface SparkViewColumn {
  readonly name: string;
  readonly isNested: boolean;
}

export interface JsonViewParts {
  readonly raw: string;
  readonly view: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** What Spark says of a line that is no JSON, when it looks for types and when it reads. */
const isOfLine = /\[(?:MALFORMED_RECORD|FAILED_READ_FILE|CANNOT_PARSE_JSON)/;

/**
 * Makes a view of JSON Lines by the rule of decision 357, as the embedded engine reads them; answers its columns. Spark looks into all rows as well, but takes a list of objects for rows,
 * and makes doubles of whole numbers beside fractions.
 * @throws CodedError QUERY_INVALID naming a line that is no object
 */
export async function jsonView(
  session: SparkSession,
  table: EmbeddedTable,
  parts: JsonViewParts,
): Promise<readonly SparkViewColumn[]> {
  try {
    return await viewOf(session, table, parts);
  } catch (error) {
    // The whole file is read here for it: not where Spark was told to stop, or has no room.
    if (!isServiceError(error) || !isOfLine.test(error.details)) throw error;
    throw (await jsonFault(table.name, table.paths, parts.signal)) ?? error;
  }
}

async function viewOf(
  session: SparkSession,
  { name, paths }: EmbeddedTable,
  { raw, view, timeoutMs, signal }: JsonViewParts,
): Promise<readonly SparkViewColumn[]> {
  if (!(await holdsObjects(session, raw, paths)))
    throw (
      (await jsonFault(name, paths, signal)) ?? new Error(`The table ${name} has a line that is no object.`)
    );
  const read = { format: 'JSON' as const, options: jsonOptions };
  await session.createView(raw, filesOf(paths, read));
  const found = await session.schemaOf({ sql: { query: `SELECT * FROM ${raw}` } }, timeoutMs);
  if (found.length === 0 || found.length > mostColumns) return oneColumn(session, paths, { raw, view });
  const schema = found.map((field) => `${quoted(field.name)} ${lookedAtAs(field)}`).join(', ');
  await session.createView(raw, filesOf(paths, { ...read, schema }));
  const tested = found.filter(({ kind }) => kind in typesByKind);
  const columns = tested.map((field) => ({ cell: cellOf(field), types: typesByKind[field.kind] ?? [] }));
  const types = columns.length === 0 ? [] : await typesOf(session, raw, columns);
  const picked = found.map((field) => {
    const at = tested.indexOf(field);
    const type = at < 0 ? undefined : types[at];
    return type === undefined
      ? quoted(field.name)
      : `CAST(${quoted(field.name)} AS ${type}) AS ${quoted(field.name)}`;
  });
  await session.createView(view, { sql: { query: `SELECT ${picked.join(', ')} FROM ${raw}` } });
  return found.map((field) => ({ name: field.name, isNested: isNested(field) }));
}

/** Rows without keys, and rows with more keys than a table has columns: each is one text. */
async function oneColumn(
  session: SparkSession,
  paths: readonly string[],
  { raw, view }: { readonly raw: string; readonly view: string },
): Promise<readonly SparkViewColumn[]> {
  await session.createView(raw, filesOf(paths, { format: 'TEXT', options: {} }));
  const query = `SELECT line AS json FROM (SELECT trim(BOTH ' \\t\\r' FROM value) AS line FROM ${raw}) WHERE line <> ''`;
  await session.createView(view, { sql: { query } });
  return [{ name: 'json', isNested: false }];
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
