import { afterAll, expect, test } from 'vitest';
import { DuckDBInstance } from './duckdb.ts';
import { typesOf } from './embedded-cell-types.ts';

const connection = await (await DuckDBInstance.create(':memory:')).connect();
afterAll(() => connection.closeSync());

test('a column that passes its first test is not asked the others, which cost more', async () => {
  const columns = [
    [
      { type: 'BIGINT', test: 'bool_and(range < 10)' },
      { type: 'DOUBLE', test: "error('is looked at')" },
    ],
    [
      { type: 'BIGINT', test: 'bool_and(range < 9)' },
      { type: 'DOUBLE', test: 'bool_and(range < 10)' },
    ],
    [{ type: 'BIGINT', test: 'bool_and(NULL)' }],
  ];
  expect(await typesOf(connection, { rows: 'range(10)', columns })).toEqual(['BIGINT', 'DOUBLE', undefined]);
});
