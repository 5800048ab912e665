import { expect, test } from 'vitest';
import { DuckDBInstance } from './duckdb.ts';
import { nestedJson } from './nested-json.ts';

test('bytes in what is nested are Base64, as those of a column and those of Spark are', async () => {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const sql = `SELECT {'a': '\\xC3\\x00'::BLOB, 'n': 1, 'l': ['ab'::BLOB, NULL], 'm': MAP {'k': 'c'::BLOB}} AS s`;
  const chunk = await (await connection.run(sql)).fetchChunk();
  const column = chunk?.getColumnVector(0);
  if (column === undefined) throw new Error('there is a row');
  expect(nestedJson(column.getItem(0), column.type)).toBe(
    '{"a":"wwA=","n":1,"l":["YWI=",null],"m":[{"key":"k","value":"Yw=="}]}',
  );
  connection.closeSync();
});

test('NaN and infinity are texts, or stand as such for who is to find them', async () => {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const sql =
    "SELECT {'l': ['nan'::DOUBLE, 1.5, '-inf'::FLOAT::DOUBLE], 'm': MAP {'k': 'inf'::DOUBLE}, 't': 'NaN'} AS s";
  const chunk = await (await connection.run(sql)).fetchChunk();
  const column = chunk?.getColumnVector(0);
  if (column === undefined) throw new Error('there is a row');
  expect(nestedJson(column.getItem(0), column.type)).toBe(
    '{"l":["NaN",1.5,"-Infinity"],"m":[{"key":"k","value":"Infinity"}],"t":"NaN"}',
  );
  expect(nestedJson(column.getItem(0), column.type, true)).toBe(
    '{"l":[NaN,1.5,-Infinity],"m":[{"key":"k","value":Infinity}],"t":"NaN"}',
  );
  connection.closeSync();
});

test('moments within are RFC 3339, as those of a column and those of Spark are, and days are days', async () => {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run("SET TimeZone = 'UTC'");
  const sql = `SELECT {'at': TIMESTAMP '2001-02-03 04:05:06.5', 'l': [TIMESTAMPTZ '2001-02-03 04:05:06+02', NULL],
    'm': MAP {'k': TIMESTAMP_S '2001-02-03 04:05:06'}, 'day': DATE '2001-02-03', 'never': 'infinity'::TIMESTAMP} AS s`;
  const chunk = await (await connection.run(sql)).fetchChunk();
  const column = chunk?.getColumnVector(0);
  if (column === undefined) throw new Error('there is a row');
  expect(JSON.parse(nestedJson(column.getItem(0), column.type))).toEqual({
    at: '2001-02-03T04:05:06.5Z',
    l: ['2001-02-03T02:05:06Z', null],
    m: [{ key: 'k', value: '2001-02-03T04:05:06Z' }],
    day: '2001-02-03',
    never: 'infinity',
  });
  connection.closeSync();
});
