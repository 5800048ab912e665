import { dirname } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { DuckDBInstance } from './duckdb.ts';
import type { EmbeddedTable, RunOrder } from './embedded-messages.ts';
import type { BatchColumnType } from './port.ts';

const duckTypes: Readonly<Record<BatchColumnType, string>> = {
  BOOLEAN: 'BOOLEAN',
  INT: 'INTEGER',
  BIGINT: 'BIGINT',
  DOUBLE: 'DOUBLE',
  DECIMAL: 'DECIMAL(38,9)',
  STRING: 'VARCHAR',
  DATE: 'DATE',
  TIMESTAMP: 'TIMESTAMP',
  BINARY: 'BLOB',
  JSON: 'JSON',
};

/**
 * A database in memory that knows the run's tables and nothing else: extensions cannot be loaded, files and addresses other than the
 * run's own cannot be opened, and none of that can be set back.
 */
export async function openSandbox(order: RunOrder): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: `${Math.floor(order.memoryBytes / 1_000)}KB`,
    threads: String(order.threads),
    temp_directory: order.spillDir,
    max_temp_directory_size: `${Math.floor(order.spillBytes / 1_000)}KB`,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
  });
  const connection = await instance.connect();
  const settings = [
    'allow_persistent_secrets = false',
    'errors_as_json = true',
    'enable_progress_bar = true',
    'enable_progress_bar_print = false',
    // Spark's session is set to UTC as well: what a time means may not depend on a machine.
    "TimeZone = 'UTC'",
    `allowed_paths = ${list(order.tables.flatMap(({ paths }) => paths))}`,
    `allowed_directories = ${list(order.output.kind === 'file' ? [`${dirname(order.output.path)}/`] : [])}`,
    'enable_external_access = false',
  ];
  for (const setting of settings) await connection.run(`SET ${setting}`);
  await connection.run('CREATE MACRO get_json_object(j, p) AS json_extract_string(j, p)');
  for (const table of order.tables)
    await connection.run(`CREATE VIEW ${name(table.name)} AS ${source(table)}`);
  await connection.run('SET lock_configuration = true');
  return connection;
}

function source({ format, paths, columns }: EmbeddedTable): string {
  const from = list(paths);
  const declared = columns
    ?.map(({ name: column, type }) => `${text(column)}: ${text(duckTypes[type])}`)
    .join(', ');
  const typed = declared === undefined ? '' : `, columns = {${declared}}`;
  // The sniffer would take 03/04/2026 for a day of April or of March, by what stands in the rows beside it.
  if (format === 'CSV')
    return `SELECT * FROM read_csv(${from}, header = true, dateformat = '%Y-%m-%d'${typed})`;
  if (format === 'JSON') return `SELECT * FROM read_json(${from}, format = 'newline_delimited'${typed})`;
  const picked = columns?.map(
    ({ name: column, type }) => `CAST(${name(column)} AS ${duckTypes[type]}) AS ${name(column)}`,
  );
  return `SELECT ${picked?.join(', ') ?? '*'} FROM read_parquet(${from})`;
}

/** An identifier of SQL, in quotes. */
export const name = (value: string): string => `"${value.replaceAll('"', '""')}"`;
export const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
const list = (values: readonly string[]): string => `[${values.map(text).join(', ')}]`;
