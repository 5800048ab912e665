import type { DuckDBConnection, DuckDBPreparedStatement } from '@duckdb/node-api';
import { CodedError } from '@tributary/runtime/errors';
import { StatementType } from './duckdb.ts';
import type { RunOrder } from './embedded-messages.ts';
import { withNestedTexts } from './embedded-nested-texts.ts';
import { parsedSelect } from './parsed-select.ts';

export interface PreparedSelect {
  readonly statement: DuckDBPreparedStatement;
  /** What it was prepared from: the order's SQL, or SQL of ours that says the same. */
  readonly sql: string;
}

/**
 * The order's SQL as a prepared statement, after the engine's own parser has shown it to be one SELECT of the subset.
 * @throws CodedError QUERY_INVALID, QUERY_NOT_ALLOWED; what binding it says is DuckDB's own error
 */
export async function statementOf(connection: DuckDBConnection, order: RunOrder): Promise<PreparedSelect> {
  const { sql } = order;
  const names = order.tables.map(({ name }) => name);
  await parsedSelect(connection, { sql, tables: new Set(names.map((name) => name.toLowerCase())) });
  // Also where another one is run: its faults are told with places in the order's SQL.
  const statement = await prepared(connection, sql);
  const told = await withNestedTexts(connection, { sql, tables: names });
  return told === undefined ? { statement, sql } : { statement: await prepared(connection, told), sql: told };
}

async function prepared(connection: DuckDBConnection, sql: string): Promise<DuckDBPreparedStatement> {
  const extracted = await connection.extractStatements(sql);
  if (extracted.count !== 1) throw new CodedError('QUERY_NOT_ALLOWED', 'The query must be one statement.');
  const statement = await extracted.prepare(0);
  if (statement.statementType !== StatementType.SELECT || statement.parameterCount > 0) {
    throw new CodedError('QUERY_NOT_ALLOWED', 'Only SELECT without parameters can be used here.');
  }
  return statement;
}
