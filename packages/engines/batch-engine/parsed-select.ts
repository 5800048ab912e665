import type { DuckDBConnection } from '@duckdb/node-api';
import { CodedError } from '@tributary/runtime/errors';
import { nodesAt, parseTree, type TreeNode, textAt } from './parse-tree.ts';
import { positionIn } from './sql-position.ts';
import { checkStatement } from './statement-check.ts';

export interface ParsedSql {
  readonly sql: string;
  /** Tables it may read, in lower case. */
  readonly tables: ReadonlySet<string>;
}

/**
 * The tree of a statement that DuckDB's parser has shown to be one SELECT of the subset over these tables, whatever engine it then runs on.
 * @throws CodedError QUERY_INVALID, QUERY_NOT_ALLOWED
 */
export async function parsedSelect(
  connection: DuckDBConnection,
  { sql, tables }: ParsedSql,
): Promise<TreeNode> {
  const parsed = await parse(connection, sql);
  if (parsed['error'] === true) {
    if (parsed['error_type'] === 'parser') {
      throw new CodedError('QUERY_INVALID', `${textAt(parsed, 'error_message') || 'It cannot be parsed'}.`, {
        details: positionIn(sql, parsed['position']),
      });
    }
    throw new CodedError('QUERY_NOT_ALLOWED', 'Only SELECT can be used here.');
  }
  const [statement, ...others] = nodesAt(parsed, 'statements');
  if (statement === undefined || others.length > 0)
    throw new CodedError('QUERY_NOT_ALLOWED', 'The query must be one statement.');
  checkStatement(parsed, { sql, tables, engineTables: await engineTables(connection) });
  return statement;
}

async function parse(connection: DuckDBConnection, sql: string): Promise<TreeNode> {
  const result = await connection.runAndReadAll(
    'SELECT CAST(json_serialize_sql(CAST($1 AS VARCHAR)) AS VARCHAR)',
    [sql],
  );
  return parseTree(String(result.getRows()[0]?.[0]));
}

/** Views and tables the engine brings in schemas that need no prefix: `duckdb_settings`, `pg_class` and their like. */
async function engineTables(connection: DuckDBConnection): Promise<ReadonlySet<string>> {
  const result = await connection.runAndReadAll(
    'SELECT lower(view_name) FROM duckdb_views() WHERE internal UNION SELECT lower(table_name) FROM duckdb_tables()',
  );
  return new Set(result.getRows().map(([name]) => String(name)));
}
