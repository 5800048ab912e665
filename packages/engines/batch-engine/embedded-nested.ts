import type { DuckDBConnection, DuckDBType } from '@duckdb/node-api';
import { DuckDBScalarFunction, VARCHAR } from './duckdb.ts';
import { columnType } from './embedded-cells.ts';
import { name } from './embedded-sql.ts';
import { nestedJson } from './nested-json.ts';

/**
 * A column as SQL: what is nested is JSON, as among rows. DuckDB's own text of it (`{'a': x, 'b': [1, 2]}`) is no JSON, and what it makes JSON of (`to_json`) has other texts
 * for bytes. Users' SQL is parsed before the function is there, and cannot name it.
 */
export function nestedText(connection: DuckDBConnection, column: string, type: DuckDBType): string {
  if (columnType(type) !== 'JSON' || type.alias === 'JSON') return name(column);
  const called = name(`__tributary_json of ${column}`);
  connection.registerScalarFunction(
    DuckDBScalarFunction.create({
      name: called.slice(1, -1).replaceAll('""', '"'),
      returnType: VARCHAR,
      parameterTypes: [type],
      mainFunction: (_info, rows, texts) => {
        const values = rows.getColumnVector(0);
        for (let at = 0; at < rows.rowCount; at += 1) {
          const value = values.getItem(at);
          texts.setItem(at, value === null ? null : nestedJson(value, type));
        }
        texts.flush();
      },
    }),
  );
  return `${called}(${name(column)})`;
}
