import type { DuckDBConnection, DuckDBPreparedStatement } from '@duckdb/node-api';
import { CodedError } from '@tributary/runtime/errors';
import { StatementType } from './duckdb.ts';
import type { RunOrder } from './embedded-messages.ts';
import { parsedSelect } from './parsed-select.ts';

/**
 * The order's SQL as a prepared statement, after the engine's own parser has shown it to be one SELECT of the subset.
 * @throws CodedError QUERY_INVALID, QUERY_NOT_ALLOWED; what binding it says is DuckDB's own error
 */
export async function statementOf(
  connection: DuckDBConnection,
  order: RunOrder,
): Promise<DuckDBPreparedStatement> {
  const { sql } = order;
  const tables = new Set(order.tables.map(({ name }) => name.toLowerCase()));
  await parsedSelect(connection, { sql, tables });
  const extracted = await connection.extractStatements(sql);
  if (extracted.count !== 1) throw new CodedError('QUERY_NOT_ALLOWED', 'The query must be one statement.');
  const statement = await extracted.prepare(0);
  if (statement.statementType !== StatementType.SELECT || statement.parameterCount > 0) {
    throw new CodedError('QUERY_NOT_ALLOWED', 'Only SELECT without parameters can be used here.');
  }
  return statement;
}
