import { type DuckDBConnection, type DuckDBPreparedStatement, StatementType } from '@duckdb/node-api';
import { CodedError } from '@tributary/runtime/errors';
import type { RunOrder } from './embedded-messages.ts';
import { positionIn } from './sql-position.ts';
import { checkStatement } from './statement-check.ts';

interface Serialized {
  readonly error: boolean;
  readonly error_type?: string;
  readonly error_message?: string;
  readonly position?: string;
  readonly statements?: readonly { readonly named_param_map: readonly unknown[] }[];
}

/**
 * The order's SQL as a prepared statement, after the engine's own parser has shown it to be one SELECT of the subset.
 * @throws CodedError QUERY_INVALID, QUERY_NOT_ALLOWED; what binding it says is DuckDB's own error
 */
export async function statementOf(
  connection: DuckDBConnection,
  order: RunOrder,
): Promise<DuckDBPreparedStatement> {
  const { sql } = order;
  const parsed = await parse(connection, sql);
  if (parsed.error) {
    if (parsed.error_type === 'parser') {
      throw new CodedError('QUERY_INVALID', `${parsed.error_message ?? 'It cannot be parsed'}.`, {
        details: positionIn(sql, parsed.position),
      });
    }
    throw new CodedError('QUERY_NOT_ALLOWED', 'Only SELECT can be used here.');
  }
  const statements = parsed.statements ?? [];
  if (statements.length !== 1) throw new CodedError('QUERY_NOT_ALLOWED', 'The query must be one statement.');
  checkStatement(parsed, {
    sql,
    tables: new Set(order.tables.map(({ name }) => name.toLowerCase())),
    engineTables: await engineTables(connection),
  });
  const extracted = await connection.extractStatements(sql);
  if (extracted.count !== 1) throw new CodedError('QUERY_NOT_ALLOWED', 'The query must be one statement.');
  const statement = await extracted.prepare(0);
  if (statement.statementType !== StatementType.SELECT || statement.parameterCount > 0) {
    throw new CodedError('QUERY_NOT_ALLOWED', 'Only SELECT without parameters can be used here.');
  }
  return statement;
}

async function parse(connection: DuckDBConnection, sql: string): Promise<Serialized> {
  const result = await connection.runAndReadAll(
    'SELECT CAST(json_serialize_sql(CAST($1 AS VARCHAR)) AS VARCHAR)',
    [sql],
  );
  return JSON.parse(String(result.getRows()[0]?.[0])) as Serialized;
}

/** Views and tables the engine brings in schemas that need no prefix: `duckdb_settings`, `pg_class` and their like. */
async function engineTables(connection: DuckDBConnection): Promise<ReadonlySet<string>> {
  const result = await connection.runAndReadAll(
    'SELECT lower(view_name) FROM duckdb_views() WHERE internal UNION SELECT lower(table_name) FROM duckdb_tables()',
  );
  return new Set(result.getRows().map(([name]) => String(name)));
}
