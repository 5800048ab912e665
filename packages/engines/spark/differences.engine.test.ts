import { CodedError, systemClock } from '@tributary/runtime';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { table } from '../batch-engine/conformance-queries.ts';
import { openBatchEngine } from '../batch-engine/open.ts';
import type { BatchCell, BatchEngine, BatchTable } from '../batch-engine/port.ts';
import { answerOf, openSpark } from './provisioned.fixture.ts';

vi.setConfig({ testTimeout: 300_000 });

let spark: BatchEngine;
let duck: BatchEngine;

beforeAll(async () => {
  [spark, duck] = await Promise.all([openSpark(), openBatchEngine('embedded:', { clock: systemClock })]);
});

afterAll(async () => {
  await spark[Symbol.asyncDispose]();
  await duck[Symbol.asyncDispose]();
});

/** One value of each engine, with its type; what it refuses is the code. */
async function bothOf(sql: string, tables: readonly BatchTable[] = []) {
  const of = async (engine: BatchEngine): Promise<readonly [string, BatchCell] | string> => {
    try {
      const { types, rows } = await answerOf(engine, { sql, tables });
      return [types[0] ?? '', rows[0]?.[0] ?? null];
    } catch (error) {
      if (error instanceof CodedError) return error.code;
      throw error;
    }
  };
  return { spark: await of(spark), duck: await of(duck) };
}

const one = {
  ...table('t', 'CSV', 'x,y\n1,2\n'),
  columns: ['x', 'y'].map((name) => ({ name, type: 'DOUBLE' as const })),
};

test.each([
  ['a division by zero', 'SELECT 1 / 0', ['DOUBLE', null], ['DOUBLE', Number.POSITIVE_INFINITY]],
  ['a cast of a fraction', 'SELECT CAST(1.7 AS INT)', ['INT', 1], ['INT', 2]],
  [
    'a date plus a month',
    "SELECT DATE '2001-01-31' + INTERVAL 1 MONTH",
    ['DATE', '2001-02-28'],
    ['TIMESTAMP', '2001-02-28T00:00:00Z'],
  ],
  ['levenshtein', "SELECT levenshtein('ä', '')", ['BIGINT', 1n], ['BIGINT', 2n]],
  ['substring from 0', "SELECT substring('abc', 0, 2)", ['STRING', 'ab'], ['STRING', 'a']],
  ['the square root of a negative number', 'SELECT sqrt(-1.0)', ['DOUBLE', Number.NaN], 'QUERY_INVALID'],
  ['the logarithm of zero', 'SELECT ln(0.0)', ['DOUBLE', null], 'QUERY_INVALID'],
  ['a correlation over one row', 'SELECT corr(x, y) FROM t', ['DOUBLE', null], ['DOUBLE', Number.NaN]],
  ['the slope over one row', 'SELECT regr_slope(x, y) FROM t', ['DOUBLE', null], ['DOUBLE', Number.NaN]],
  [
    'the difference of two dates',
    "SELECT DATE '2001-02-03' - DATE '2001-02-01'",
    ['STRING', "INTERVAL '2' DAY"],
    ['BIGINT', 2n],
  ],
  [
    'a whole number beyond BIGINT',
    'SELECT 9223372036854775808',
    ['DECIMAL', '9223372036854775808'],
    ['BIGINT', 9_223_372_036_854_775_808n],
  ],
  [
    'a discrete quantile of whole numbers',
    'SELECT quantile_disc(CAST(x AS BIGINT), 0.5) FROM t',
    ['DOUBLE', 1],
    ['BIGINT', 1n],
  ],
  [
    'a discrete quantile of dates',
    "SELECT quantile_disc(DATE '2001-01-01', 0.5)",
    'QUERY_INVALID',
    ['DATE', '2001-01-01'],
  ],
  [
    'a correlation with a column of one value',
    'SELECT corr(n, x) FROM (SELECT 1.0 AS n, x FROM t UNION ALL SELECT 1.0 AS n, x + 1 AS x FROM t)',
    'QUERY_INVALID',
    ['DOUBLE', Number.NaN],
  ],
])('%s differs as the README says', async (_, sql, onSpark, onDuck) => {
  expect(await bothOf(sql, [one])).toEqual({ spark: onSpark, duck: onDuck });
});

const nested = table('n', 'JSON', '{"o":{"a":1},"l":[1]}\n{"o":{"b":2}}\n');

test.each([
  ['the greatest object', 'SELECT max(o) FROM n', ['JSON', '{"a":1,"b":null}'], ['JSON', '{"a":null,"b":2}']],
  ['element 0', 'SELECT l[0] FROM n', 'QUERY_INVALID', ['BIGINT', null]],
  [
    'an object and a text',
    "SELECT o || '!' FROM n WHERE o.a = 1",
    'QUERY_INVALID',
    ['STRING', "{'a': 1, 'b': NULL}!"],
  ],
  ['JSON of a text that is none', "SELECT get_json_object('x', '$.a')", ['STRING', null], 'QUERY_INVALID'],
])('%s differs as the README says of what is nested', async (_, sql, onSpark, onDuck) => {
  expect(await bothOf(sql, [nested])).toEqual({ spark: onSpark, duck: onDuck });
});

test('a fraction is spelled in two ways in the JSON of an object', async () => {
  const lines = table('f', 'JSON', '{"o":{"x":1e20}}\n');
  expect(await bothOf('SELECT CAST(o AS VARCHAR) FROM f', [lines])).toEqual({
    spark: ['STRING', '{"x":1.0E20}'],
    duck: ['STRING', '{"x":100000000000000000000.0}'],
  });
});

test('a recursion of more than a hundred steps ends here alone', async () => {
  const steps = (count: number): string =>
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count}) SELECT count(*) FROM n`;
  expect(await bothOf(steps(20))).toEqual({ spark: ['BIGINT', 20n], duck: ['BIGINT', 20n] });
  const beyond = await bothOf(steps(150));
  expect(beyond).toEqual({ spark: expect.stringMatching(/^QUERY_/), duck: ['BIGINT', 150n] });
});

test('columns of JSON Lines come in the order of the alphabet, of the same types', async () => {
  const lines = table('j', 'JSON', '{"when":"2001-02-03 04:05:06","a":1}\n');
  const [here, there] = await Promise.all(
    [duck, spark].map(async (engine) => {
      await using rows = await engine.query(
        { sql: 'SELECT * FROM j', tables: [lines] },
        { maxRows: 10, maxBytes: 1e6 },
      );
      return rows.columns.map(({ name, type }) => `${name} ${type}`);
    }),
  );
  expect({ here, there }).toEqual({
    here: ['when TIMESTAMP', 'a BIGINT'],
    there: ['a BIGINT', 'when TIMESTAMP'],
  });
});

const ofSeveral = '{"id":1,"a":{"l":[1,"x",{"y":1}],"n":5}}\n{"id":2,"a":{"l":[[1.5]],"n":"five"}}\n';

test.each([
  ['1', '{"l":["1","x","{\\"y\\":1}"],"n":"5"}', '{"l":[1,"x",{"y":1}],"n":5}'],
  ['2', '{"l":["[1.5]"],"n":"five"}', '{"l":[[1.5]],"n":"five"}'],
])(
  'values of several kinds within a value of JSON Lines are texts here alone: row %s',
  async (id, onSpark, onDuck) => {
    const lines = [table('j', 'JSON', ofSeveral)];
    expect(await bothOf(`SELECT a FROM j WHERE id = ${id}`, lines)).toEqual({
      spark: ['JSON', onSpark],
      duck: ['JSON', onDuck],
    });
  },
);

test('a text among values of several kinds is compared as it is here, and there with what get_json_object says of it', async () => {
  const lines = [table('j', 'JSON', ofSeveral)];
  expect(await bothOf("SELECT id FROM j WHERE a.n = 'five'", lines)).toEqual({
    spark: ['BIGINT', 2n],
    duck: 'QUERY_INVALID',
  });
});

test.each([
  ['ORDER BY inside of an aggregate', "SELECT string_agg(CAST(x AS STRING), ',' ORDER BY x) FROM t"],
  ['EXCLUDE', 'SELECT * EXCLUDE (x) FROM t'],
  ['GROUPS in a frame', 'SELECT sum(x) OVER (ORDER BY x GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM t'],
  [
    'a computed bound',
    'SELECT sum(x) OVER (ORDER BY x ROWS BETWEEN CAST(y AS INT) PRECEDING AND CURRENT ROW) FROM t',
  ],
  ['ALL', 'SELECT x > ALL (SELECT y FROM t) FROM t'],
  ['a century', "SELECT extract(century FROM DATE '2001-02-03')"],
  ['a slice', "SELECT get_json_object('[1]', '$')[1:2] FROM t"],
])('%s is refused with its place, as the README says', async (_, sql) => {
  await expect(answerOf(spark, { sql, tables: [one] })).rejects.toMatchObject({
    code: 'QUERY_NOT_ALLOWED',
    details: { line: 1, column: expect.any(Number) },
  });
});

test.each([
  [
    'a recursion by UNION',
    'WITH RECURSIVE n(i) AS (SELECT 1 UNION SELECT i + 1 FROM n WHERE i < 5) SELECT * FROM n',
  ],
  ['UNION BY NAME', 'SELECT x FROM t UNION BY NAME SELECT y AS x FROM t'],
])('%s is refused by its name, for the tree of the query tells no place of it', async (_, sql) => {
  await expect(answerOf(spark, { sql, tables: [one] })).rejects.toMatchObject({
    code: 'QUERY_NOT_ALLOWED',
    message: expect.stringContaining('UNION'),
  });
});
