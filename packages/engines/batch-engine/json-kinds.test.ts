import { systemClock } from '@tributary/runtime';
import { afterAll, expect, test } from 'vitest';
import { allRows, table, wide } from './conformance-queries.ts';
import { openBatchEngine } from './open.ts';

const engine = await openBatchEngine('embedded:', { clock: systemClock });
afterAll(() => engine[Symbol.asyncDispose]());

/** The table `z` of these JSON Lines, as types by column, and as rows. */
async function read(text: string, sql = 'SELECT * FROM z') {
  await using rows = await engine.query({ sql, tables: [table('z', 'JSON', text)] }, wide);
  const types = Object.fromEntries(rows.columns.map(({ name, type }) => [name, type]));
  return { types, rows: await allRows(rows) };
}

const shapes = [
  { type: 'Point', coordinates: [13.4, 52.5], tags: {} },
  {
    type: 'Polygon',
    coordinates: [
      [
        [13.4, 52.5],
        [13.5, 52.6],
        [13.4, 52.5],
      ],
    ],
    tags: {},
  },
].map((shape) => JSON.stringify(shape));

test('values of several kinds within a value stay what they are in the file: points beside polygons', async () => {
  const text = shapes.map((shape, id) => `{"id":${id},"geometry":${shape}}\n`).join('');
  expect(await read(text, 'SELECT geometry FROM z ORDER BY id')).toEqual({
    types: { geometry: 'JSON' },
    rows: shapes.map((shape) => [shape]),
  });
  const picked = `SELECT CAST(geometry.coordinates[1] AS DOUBLE) AS x, geometry.coordinates[2] AS y FROM z WHERE geometry.type = 'Point'`;
  expect(await read(text, picked)).toEqual({ types: { x: 'DOUBLE', y: 'JSON' }, rows: [[13.4, '52.5']] });
});

test('a number, a text, an empty object and a list at one place within a value are told from each other', async () => {
  const values = [
    '{"list":[1,"x",null,{"y":1},[],true],"n":1.5,"v":"5"}',
    '{"list":[],"n":9007199254740993,"v":5}',
    '{"list":["NaN"],"n":2,"v":{}}',
  ];
  const text = values.map((value) => `{"value":${value}}\n`).join('');
  expect((await read(text)).rows).toEqual(values.map((value) => [value]));
  expect((await read(text, `SELECT get_json_object("value".v, '$') AS v FROM z`)).rows).toEqual([
    ['5'],
    ['5'],
    ['{}'],
  ]);
});

test('NaN beside a text within a value is a text, as it is beside numbers', async () => {
  expect((await read('{"a":[NaN,"NaN \\" -Infinity",-Infinity]}\n')).rows).toEqual([
    ['["NaN","NaN \\" -Infinity","-Infinity"]'],
  ]);
});

test('a text that is compared with a place of several kinds is told how to ask', async () => {
  const text = '{"a":{"v":5}}\n{"a":{"v":"five"}}\n';
  await expect(read(text, "SELECT * FROM z WHERE a.v = 'five'")).rejects.toMatchObject({
    code: 'QUERY_INVALID',
    message: expect.stringContaining("get_json_object(value, '$')"),
  });
  expect((await read(text, `SELECT a FROM z WHERE get_json_object(a.v, '$') = 'five'`)).rows).toEqual([
    ['{"v":"five"}'],
  ]);
});

test('a file of a query has what is of several kinds within a value as it is, whether CSV or Parquet', async () => {
  const tables = [table('z', 'JSON', shapes.map((shape, id) => `{"id":${id},"g":${shape}}\n`).join(''))];
  const fileOf = async (format: 'CSV' | 'PARQUET'): Promise<Buffer> => {
    const pieces: Uint8Array[] = [];
    const sink = async (bytes: AsyncIterable<Uint8Array>): Promise<void> => {
      for await (const piece of bytes) pieces.push(piece);
    };
    const sql = 'SELECT g FROM z ORDER BY id';
    await engine.exportTo({ sql, tables }, { format, maxBytes: 1_000_000, sink });
    return Buffer.concat(pieces);
  };
  const cells = shapes.map((shape) => `"${shape.replaceAll('"', '""')}"\n`);
  expect(String(await fileOf('CSV'))).toBe(`g\n${cells.join('')}`);
  const parquet = await fileOf('PARQUET');
  const read = async function* () {
    yield parquet;
  };
  const again = { name: 'p', format: 'PARQUET' as const, files: [{ read }] };
  await using rows = await engine.query({ sql: 'SELECT g FROM p', tables: [again] }, wide);
  expect(await allRows(rows)).toEqual(shapes.map((shape) => [shape]));
});
