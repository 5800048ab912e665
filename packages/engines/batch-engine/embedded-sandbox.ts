import { dirname } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { DuckDBInstance } from './duckdb.ts';
import { csvSource } from './embedded-csv.ts';
import { jsonSource } from './embedded-json.ts';
import type { EmbeddedTable, RunOrder } from './embedded-messages.ts';
import { jsonTextMacro } from './embedded-nested-texts.ts';
import { parquetSource } from './embedded-parquet.ts';
import { list, name } from './embedded-sql.ts';
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
  await connection.run(jsonTextMacro);
  for (const table of order.tables)
    await connection.run(`CREATE VIEW ${name(table.name)} AS ${await source(connection, table)}`);
  await connection.run('SET lock_configuration = true');
  return connection;
}

async function source(connection: DuckDBConnection, table: EmbeddedTable): Promise<string> {
  const { name: tableName, format, paths, delimiters = [], columns } = table;
  const declared = columns?.map(({ name: column, type }) => [column, duckTypes[type]] as const);
  if (format === 'CSV') return csvSource(connection, { name: tableName, paths, delimiters, declared });
  if (format === 'JSON') return jsonSource(connection, { name: tableName, paths, declared });
  return parquetSource(connection, { name: tableName, paths, declared });
}
