import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@tributary/runtime';
import { afterAll, expect, test } from 'vitest';
import { allRows, table, wide } from './conformance-queries.ts';
import { DuckDBInstance } from './duckdb.ts';
import { jsonSource } from './embedded-json.ts';
import { openBatchEngine } from './open.ts';

const engine = await openBatchEngine('embedded:', { clock: systemClock });
afterAll(() => engine[Symbol.asyncDispose]());
const folder = await mkdtemp(join(tmpdir(), 'tributary-lines-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The table `z` of these JSON Lines, as types by column, and as rows. */
async function read(text: string, sql = 'SELECT * FROM z') {
  await using rows = await engine.query({ sql, tables: [table('z', 'JSON', text)] }, wide);
  const types = Object.fromEntries(rows.columns.map(({ name, type }) => [name, type]));
  return { types, rows: await allRows(rows) };
}

test('whole numbers keep their digits, however many they are', async () => {
  const [forty, other] = [`1${'0'.repeat(38)}1`, `1${'0'.repeat(38)}2`];
  const text = `{"n":${forty},"d":1.5,"twenty":12345678901234567890,"mixed":9007199254740993}\n{"n":${other},"d":null,"twenty":1,"mixed":0.5}\n`;
  expect(await read(text)).toEqual({
    types: { n: 'STRING', d: 'DOUBLE', twenty: 'STRING', mixed: 'STRING' },
    rows: [
      [forty, 1.5, '12345678901234567890', '9007199254740993'],
      [other, null, '1', '0.5'],
    ],
  });
});

test('numbers within what is nested keep their digits too', async () => {
  const text = `{"a":{"p":1,"id":12345678901234567890,"m":1.5},"l":[{"x":[1,2]}]}\n{"a":{"p":1.5,"id":-1,"m":9007199254740993},"l":[{"x":[2.5]},{}]}\n`;
  expect((await read(text)).rows).toEqual([
    ['{"p":1.0,"id":12345678901234567890,"m":1.5}', '[{"x":[1.0,2.0]}]'].map((json) =>
      json.replaceAll('.0', ''),
    ),
    ['{"p":1.5,"id":-1,"m":9007199254740993}', '[{"x":[2.5]},{"x":null}]'],
  ]);
  expect(await read(text, 'SELECT a.p AS p, a.m AS m, l[1].x[1] AS x FROM z')).toMatchObject({
    types: { p: 'DOUBLE', m: 'JSON', x: 'DOUBLE' },
  });
});

test('a table without a key has its rows', async () => {
  for (const [text, n] of [
    ['', 0n],
    ['{}\n{}\n', 2n],
  ] as const)
    expect((await read(text, 'SELECT count(*) FROM z')).rows).toEqual([[n]]);
});

test('keys that SQL cannot tell apart have names of their own, as the heads of a CSV have', async () => {
  const text = '{"a":1,"A":"x","":true,"a/b~c":1.5,"a_1":{"x":1,"X":2}}\n{"A":"y"}\n';
  expect(await read(text)).toEqual({
    types: { a: 'BIGINT', A_1: 'STRING', column2: 'BOOLEAN', 'a/b~c': 'DOUBLE', a_1_1: 'JSON' },
    rows: [
      [1n, 'x', true, 1.5, '{"x":1,"X":2}'],
      [null, 'y', null, null, null],
    ],
  });
  const clashing = [
    '{"b":"2001-02-03","B":{"l":[1,"x"],"n":1},"c/d~":5,"C/D~":1.5,"":null,"x":[{"y":1}]}',
    '{"B":{"n":2}}',
  ];
  expect(await read(clashing.join('\n'))).toEqual({
    types: { b: 'DATE', B_1: 'JSON', 'c/d~': 'BIGINT', 'C/D~_1': 'DOUBLE', column4: 'STRING', x: 'JSON' },
    rows: [
      ['2001-02-03', '{"l":[1,"x"],"n":1}', 5n, 1.5, null, '[{"y":1}]'],
      [null, '{"l":null,"n":2}', null, null, null, null],
    ],
  });
});

test('a row of many columns of which two differ in letter case alone is parsed no more often than one of few', async () => {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const timesParsed = async (columns: number): Promise<number> => {
    const path = join(folder, `${columns}.jsonl`);
    const keys = Array.from({ length: columns }, (_, n) => [`k${n}`, n]);
    await writeFile(path, `${JSON.stringify(Object.fromEntries([...keys, ['K0', 'x']]))}\n`);
    const source = await jsonSource(connection, { name: 'z', paths: [path], declared: undefined });
    return source.match(/\(json, /g)?.length ?? 0;
  };
  expect(await timesParsed(60)).toBe(await timesParsed(3));
  connection.closeSync();
});

test('a row of two thousand keys has as many columns, and where rows have more they are one, in which SQL finds them', async () => {
  const rows = (count: number) =>
    Array.from({ length: count }, (_, n) => `{"user${n}":{"name":"n${n}"}}\n`).join('');
  const { types } = await read(rows(2_000), 'SELECT user0, user1999 FROM z LIMIT 1');
  expect(types).toEqual({ user0: 'JSON', user1999: 'JSON' });
  const picked = `SELECT *, get_json_object(json, '$.user7.name') AS seven FROM z ORDER BY seven LIMIT 1`;
  expect(await read(rows(5_000), picked)).toEqual({
    types: { json: 'JSON', seven: 'STRING' },
    rows: [['{"user7":{"name":"n7"}}', 'n7']],
  });
  const one = Object.fromEntries(Array.from({ length: 2_001 }, (_, n) => [`k${n}`, n]));
  expect((await read(`${JSON.stringify(one)}\n{}\n`)).types).toEqual({ json: 'JSON' });
});

test('a line that is no object is told also behind rows of too many keys', async () => {
  const rows = Array.from({ length: 3_000 }, (_, n) => `{"k${n}":1}\n`).join('');
  await expect(read(`${rows}[1]\n`)).rejects.toMatchObject({
    code: 'QUERY_INVALID',
    message: expect.stringContaining('at line 3001'),
  });
});

test('keys that are whole numbers come in the order in which they are met, within a value too', async () => {
  const text = '{"country":"x","2001":1,"2000":{"z":1,"7":2,"a":3}}\n{"1999":1}\n';
  expect(await read(text)).toEqual({
    types: { country: 'STRING', '2001': 'BIGINT', '2000': 'JSON', '1999': 'BIGINT' },
    rows: [
      ['x', 1n, '{"z":1,"7":2,"a":3}', null],
      [null, null, null, 1n],
    ],
  });
  expect(Object.keys((await read(text)).types)).toHaveLength(4);
  await using rows = await engine.query({ sql: 'SELECT * FROM z', tables: [table('z', 'JSON', text)] }, wide);
  expect(rows.columns.map(({ name }) => name)).toEqual(['country', '2001', '2000', '1999']);
});

test('keys that are no names have one, or are in the JSON of their value', async () => {
  expect(await read('{"":1}\n{"":2}\n')).toEqual({ types: { column0: 'BIGINT' }, rows: [[1n], [2n]] });
  const proto = '{"__proto__":{"x":1},"b":2}';
  expect(await read(`{"a":${proto}}\n`)).toEqual({ types: { a: 'JSON' }, rows: [[proto]] });
  const zero = '{"a\\u0000b":1,"c":2}';
  expect(await read(`{"v":${zero}}\n`)).toEqual({ types: { v: 'JSON' }, rows: [[zero]] });
  expect(await read(`${zero}\n`)).toEqual({ types: { json: 'JSON' }, rows: [[zero]] });
});

test('an object with hundreds of keys in all, one in each row, is written with those of its row alone', async () => {
  const values = Array.from({ length: 300 }, (_, n) => `{"k${n}":${n}}`);
  const text = values.map((value) => `{"m":${value}}\n`).join('');
  expect((await read(text)).rows).toEqual(values.map((value) => [value]));
});

test('an object of thousands of keys is one value, and a row of hundreds has as many columns', async () => {
  const rows = Array.from({ length: 300 }, (_, n) =>
    JSON.stringify({
      [`k${n}`]: n,
      m: Object.fromEntries(Array.from({ length: 10 }, (_i, at) => [`${n}-${at}`, n])),
    }),
  );
  const { types } = await read(rows.join('\n'), 'SELECT k0, k299, m FROM z');
  expect(types).toEqual({ k0: 'BIGINT', k299: 'BIGINT', m: 'JSON' });
});

test.each([
  ['a list', '{"a":1}\n[1,2]\n{"a":3}\n', 2, 'an object of JSON'],
  ['null', '{"a":1}\n\nnull\n', 3, 'an object of JSON'],
  ['a number', '7\n', 1, 'an object of JSON'],
  ['JSON that is laid out', '{\n  "a": 1\n}\n', 1, 'an object of JSON'],
  ['an object that is not closed', `${'{"a":1}\n'.repeat(30_000)}{"a":2\n`, 30_001, 'an object of JSON'],
  ['half of a surrogate pair', '{"a":1}\n{"a":"\\ud83d"}\n{"a":3}\n', 2, 'half of a surrogate pair'],
  [
    'half of a pair in a key',
    '{"a":"\\\\ud83d \\ud83d\\ude00"}\n{"\\ude00":1}\n',
    2,
    'half of a surrogate pair',
  ],
  ['a key that is there twice', '{"a":1}\n{"b":[{"c":1},{"c":1,"d":2,"\\u0063":3}]}\n', 2, 'key "c" twice'],
  ['something behind an object', '{"a":NaN}\n{"a":[1,],}\n{"a":1} // one\n', 3, 'an object of JSON'],
])('%s is told by its line', async (_name, text, line, what) => {
  for (const sql of ['SELECT * FROM z', 'SELECT count(*) AS n FROM z'])
    await expect(read(text, sql)).rejects.toMatchObject({
      code: 'QUERY_INVALID',
      message: expect.stringMatching(new RegExp(`^The table z cannot be read at line ${line}: .*${what}`)),
    });
});

test('bytes that are not UTF-8 are told by their line', async () => {
  const bytes = Buffer.from('{"a":"b"}\n{"a":"café"}\n', 'latin1');
  const read = async function* () {
    yield bytes;
  };
  const tables = [{ name: 'z', format: 'JSON' as const, files: [{ read }] }];
  await expect(engine.query({ sql: 'SELECT * FROM z', tables }, wide)).rejects.toMatchObject({
    code: 'QUERY_INVALID',
    message: 'The table z cannot be read at line 2: it is not UTF-8, which JSON Lines have to be.',
  });
});

test('a file of more text than the memory of a query holds is read', async () => {
  const note = 'so much is said of it '.repeat(6);
  const rows = Array.from({ length: 150_000 }, (_, id) => `{"id":${id},"note":"${note}"}\n`);
  await using small = await openBatchEngine('embedded:', { clock: systemClock, memoryBytes: 170_000_000 });
  const tables = [table('z', 'JSON', rows.join(''))];
  await using found = await small.query({ sql: 'SELECT count(*), max(id) FROM z', tables }, wide);
  expect(await allRows(found)).toEqual([[150_000n, 149_999n]]);
});

test('an object without keys is one among those with keys, in lists too, and JSON beside a number', async () => {
  const text = [
    '{"a":{},"l":[{}],"m":[1,"x"],"b":{}}',
    '{"a":{"x":1},"l":[{"y":2}],"m":[{"z":3}],"b":{}}',
    '{"a":{},"l":[],"m":[{}],"b":{},"late":{}}',
  ].join('\n');
  expect(await read(text, 'SELECT a.x AS x, l[1].y AS y, m[1] AS m, b, late FROM z')).toEqual({
    types: { x: 'BIGINT', y: 'BIGINT', m: 'JSON', b: 'STRING', late: 'STRING' },
    rows: [
      [null, null, '1', '{}', null],
      [1n, 2n, '{"z":3}', '{}', null],
      [null, null, '{}', '{}', '{}'],
    ],
  });
});

test('keys of the first rows come first, in their order', async () => {
  const early = Array.from({ length: 3_000 }, () => '{"z":1,"b":{"y":1,"x":2}}\n').join('');
  const { types } = await read(`${early}{"n":1,"b":{"w":1},"m":2}\n{"a":1}\n`);
  expect(Object.keys(types)).toEqual(['z', 'b', 'a', 'n', 'm']);
});
