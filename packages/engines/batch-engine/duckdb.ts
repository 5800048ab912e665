import { createRequire } from 'node:module';

/**
 * DuckDB's own package, by `require`: `import` reads each of its 180 files once more for the names that it exports, which took half of what the
 * process of a query takes to start.
 */
export const {
  DuckDBInstance,
  DuckDBScalarFunction,
  DuckDBTypeId,
  JsonDuckDBValueConverter,
  StatementType,
  VARCHAR,
} = createRequire(import.meta.url)('@duckdb/node-api') as typeof import('@duckdb/node-api');
