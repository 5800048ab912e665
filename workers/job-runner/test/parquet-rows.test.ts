import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { openBatchEngine } from '@tributary/engines/batch-engine/open';
import { systemClock as clock, newId } from '@tributary/runtime';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { RunBatch } from '../src/batch/run-batch.ts';
import type { SqlRequest } from '../src/batch/sql-request.ts';
import { cellValue } from '../src/import-dataset/cell-value.ts';
import type { ColumnChoice } from '../src/import-dataset/import-input.ts';
import { type ImportPlan, importPlan } from '../src/import-dataset/import-plan.ts';
import { countParquetRows, parquetRows } from '../src/import-dataset/parquet-rows.ts';

vi.setConfig({ testTimeout: 90_000 });

const data = join(dirname(createRequire(import.meta.url).resolve('vega-datasets')), '..', 'data');
const engine = await openBatchEngine('embedded:', { clock });
let given = (): Readable => createReadStream(join(data, 'flights-3m.parquet'));
const server = createServer((_request, response) => {
  given().pipe(response);
});
let gatewayUrl = '';

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  gatewayUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  server.close();
});

function openBatch(name: string): RunBatch {
  const principal = { kind: 'user', id: newId(), role: 'EDITOR', scopes: null };
  return new RunBatch({
    engine,
    gatewayUrl,
    doors: () => Promise.reject(new Error('nothing but the file is asked for')),
    run: { id: newId(), job: 'import-dataset', workspaceId: newId(), principal, timeLimitMs: 60_000 },
    signal: new AbortController().signal,
    graph: async () => ({ file: { name, sizeBytes: 1, downloadUrl: '/files/d/x' } }),
    progress: async () => undefined,
  });
}

/** SQL as a job has it, its answers page by page. */
function sqlOf(batch: RunBatch) {
  return {
    exportFile: () => Promise.reject(new Error('nothing is exported')),
    rows: async (request: SqlRequest) => {
      const { cursor, columns } = await batch.openRows(request);
      const pages = (async function* () {
        for (;;) {
          const page = await batch.nextRows(cursor);
          yield page.rows;
          if (page.last) return;
        }
      })();
      return { columns, pages };
    },
  };
}

async function firstRows(batch: RunBatch, count: number): Promise<readonly unknown[]> {
  const sql = sqlOf(batch);
  const rows: unknown[] = [];
  for await (const page of parquetRows({ sql }, newId())) {
    rows.push(...page.filter((read) => !('headings' in read)));
    if (rows.length >= count) break;
  }
  return rows.slice(0, count);
}

/** From here on the file is what this SQL answers. */
async function giveParquet(sql: string): Promise<void> {
  const written: Uint8Array[] = [];
  await engine.exportTo(
    { sql, tables: [] },
    {
      format: 'PARQUET',
      maxBytes: 1_000_000,
      sink: async (bytes) => {
        for await (const chunk of bytes) written.push(chunk);
      },
    },
  );
  given = () => Readable.from(written);
}

const model = {
  mutation: 'm',
  fields: [
    ...['Int', 'Float', 'DateTime', 'String', 'JSON'].map((type) => ({
      name: type.toLowerCase(),
      type,
      required: false,
    })),
  ],
};

/** The record of the file's only row, as an import whose texts are German makes it. */
async function germanRecord(sql: string, mapping: Readonly<Record<string, ColumnChoice>>): Promise<object> {
  await giveParquet(sql);
  await using batch = openBatch('typed.parquet');
  const formats = { numbers: '1.234,5', dates: 'dd.mm.yyyy' } as const;
  let plan: ImportPlan | undefined;
  for await (const page of parquetRows({ sql: sqlOf(batch) }, newId(), mapping))
    for (const read of page) {
      if ('headings' in read) {
        const { headings: columns, typed = new Set() } = read;
        plan = importPlan(model, { mapping, columns, typed, runId: newId(), formats });
      } else if ('row' in read && plan !== undefined) return plan.recordOf(read.row);
    }
  throw new Error('there is no row');
}

test('rows of a Parquet file of many row groups come in one order at every reading, typed, and are read no further than they are taken', async () => {
  await using first = openBatch('flights.parquet');
  await using second = openBatch('flights.parquet');
  const rows = await firstRows(first, 5_000);
  expect(rows[0]).toEqual({
    row: {
      date: expect.stringMatching(/^2001-\d\d-\d\dT[\d:.]+Z$/),
      delay: expect.any(Number),
      distance: expect.any(Number),
      origin: expect.stringMatching(/^[A-Z]{3}$/),
      destination: expect.stringMatching(/^[A-Z]{3}$/),
    },
  });
  expect(await firstRows(second, 5_000)).toEqual(rows);
});

test('the rows of a Parquet file are counted, and the answer is read to its end before the rows are', async () => {
  await using batch = openBatch('flights.parquet');
  expect(await countParquetRows({ sql: sqlOf(batch) }, newId())).toBe(3_000_000);
  expect(await firstRows(batch, 10)).toHaveLength(10);
});

test('a file that is not of its format is refused with a code', async () => {
  await using batch = openBatch('flights.csv');
  const request = { sql: 'SELECT * FROM t', tables: [{ name: 't', file: newId() }] };
  // The bytes are Parquet, read as the CSV their name says.
  const refused = batch.openRows(request).then(async ({ cursor }) => batch.nextRows(cursor));
  await expect(refused).rejects.toMatchObject({ code: expect.stringMatching(/^QUERY_/) });
  await expect(
    batch.openRows({ ...request, tables: [{ name: 't', file: newId(), format: 'JSON' }] }),
  ).rejects.toMatchObject({ code: expect.stringMatching(/^QUERY_/) });
});

test('a .json file is one value and no table, and its name says so before it is read', async () => {
  await using batch = openBatch('rows.json');
  const request = { sql: 'SELECT count(*) AS n FROM t', tables: [{ name: 't', file: newId() }] };
  await expect(batch.openRows(request)).rejects.toMatchObject({
    code: 'BAD_USER_INPUT',
    message: expect.stringContaining('.jsonl'),
  });
});

test('a Parquet file of kilobytes whose rows are gigabytes is refused with a code, for the memory it would take', async () => {
  await giveParquet("SELECT repeat('x', 1000000) AS name FROM range(3000)");
  await using batch = openBatch('names.parquet');
  await expect(firstRows(batch, 3_000)).rejects.toMatchObject({ code: 'QUERY_TOO_LARGE' });
  expect(await countParquetRows({ sql: sqlOf(batch) }, newId())).toBe(3_000);
  // What needs none of it at a time is answered.
  const sql = 'SELECT count(*) AS rows, max(length(name)) AS longest FROM t';
  const { cursor } = await batch.openRows({ sql, tables: [{ name: 't', file: newId() }] });
  expect((await batch.nextRows(cursor)).rows).toEqual([[3_000, 1_000_000]]);
});

test('values that have a type in the file are read by it, and the texts beside them as the input says', async () => {
  const sql = `SELECT CAST(5 AS DECIMAL(10,3)) AS late, CAST(237.5 AS DECIMAL(12,3)) AS miles, DATE '2001-04-05' AS day,
    '05.04.2001 11:11' AS at, '1.234,5' AS price, CAST(9007199254740993 AS BIGINT) AS id, CAST(12 AS BIGINT) AS n`;
  expect(await germanRecord(sql, { int: 'late', float: 'miles', datetime: 'day', string: 'id' })).toEqual({
    int: 5,
    float: 237.5,
    datetime: '2001-04-05T00:00:00.000Z',
    string: '9007199254740993',
  });
  expect(await germanRecord(sql, { datetime: 'at', float: 'price', string: 'miles', json: 'late' })).toEqual({
    datetime: '2001-04-05T11:11:00.000Z',
    float: 1234.5,
    string: '237.500',
    json: 5,
  });
  expect(await germanRecord(sql, { int: 'n', json: 'n' })).toEqual({ int: 12, json: 12 });
  await expect(germanRecord(sql, { json: 'id' })).rejects.toThrow(/id holds 9007199254740993, which/);
  await expect(germanRecord(sql, { int: { column: 'late', numbers: '1.234,5' } })).rejects.toThrow(
    /late has a type in the file, and takes no formats/,
  );
});

test('a text without the mark of one is a text where its bytes are UTF-8, and refused where they are not', async () => {
  const sql = `SELECT CAST('Z\\xC3\\xBCrich' AS BLOB) AS name, CAST('5,5' AS BLOB) AS late, CAST('\\xFF\\x00' AS BLOB) AS bytes`;
  expect(await germanRecord(sql, { string: 'name', float: 'late' })).toEqual({
    string: 'Zürich',
    float: 5.5,
  });
  await expect(germanRecord(sql, { string: 'bytes' })).rejects.toThrow(
    'bytes is bytes and no text in UTF-8.',
  );
});

test('a row that is too large is told in its place, and goes no further than the process that read it; those beside it are read', async () => {
  await giveParquet(
    `SELECT n, repeat('x', CASE WHEN n = 2 THEN 3000000 ELSE 5 END) AS t FROM range(1, 4) r(n) ORDER BY n`,
  );
  await using batch = openBatch('large.parquet');
  expect(await firstRows(batch, 3)).toEqual([
    { row: { n: 1, t: 'xxxxx' } },
    { fault: 'it is longer than 1048576 bytes' },
    { row: { n: 3, t: 'xxxxx' } },
  ]);
});

test('a moment that cannot be told refuses its row where it is mapped, and is not looked at where it is not', async () => {
  const sql = `SELECT 1 AS n, 'infinity'::TIMESTAMP AS valid_to, DATE '20000-01-01' AS day, 'x' AS other`;
  expect(await germanRecord(sql, { int: 'n' })).toEqual({ int: 1 });
  await expect(germanRecord(sql, { int: 'n', datetime: 'valid_to' })).rejects.toThrow(
    'valid_to is infinity: there are moments of the years 1 to 9999 alone.',
  );
  await expect(germanRecord(sql, { string: 'day' })).rejects.toThrow(/^day is 20000-01-01: /);
});

test('a query that answers such a moment fails, and names the column', async () => {
  await giveParquet("SELECT 'infinity'::TIMESTAMP AS valid_to");
  await using batch = openBatch('bounds.parquet');
  const { cursor } = await batch.openRows({ sql: 'SELECT * FROM t', tables: [{ name: 't', file: newId() }] });
  await expect(batch.nextRows(cursor)).rejects.toMatchObject({
    code: 'QUERY_INVALID',
    message: 'The column valid_to of the result holds infinity, which lies outside of the years 1 to 9999.',
  });
});

test('a mapping that does not fit is told with all the columns there are, as they are called', async () => {
  const sql = 'SELECT 1 AS "n""1", 2 AS late, 3 AS miles';
  expect(await germanRecord(sql, { int: 'n"1', float: 'late' })).toEqual({ int: 1, float: 2 });
  await expect(germanRecord(sql, { int: 'price', float: 'late' })).rejects.toThrow(
    'The mapping does not fit: the file has no column price for int. The file has the columns n"1, late, miles.',
  );
  await expect(germanRecord(sql, { int: 'Late' })).rejects.toThrow(/has no column Late for int\..* late\.$/);
});

/** DuckDB: `l` DOUBLE[], `w` VARCHAR[]; [1.5, NULL] and ['NaN'], [NaN, 1.5] and ['x'], [-Infinity] and ['x']. */
const listsOfNumbers =
  'UEFSMRUAFZQCFZQCLBUKFQAVBhUGAAAhAAAAQQoAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQQAAAEH7AwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+D8AAAAAAAD4fwAAAAAAAPg/AAAAAAAA8P8VABU6FTosFQYVABUGFQYAAAIAAAAGAAIAAAAGAwMAAABOYU4BAAAAeAEAAAB4FQIZfDUAGA1kdWNrZGJfc2NoZW1hFQQANQIYAWwVAhUGADUEGARsaXN0FQIAFQolAhgHZWxlbWVudAA1AhgBdxUCFQYANQQYBGxpc3QVAgAVDCUCGAdlbGVtZW50JQAAFgYZHBksJgAcFQoZFQAZOAFsBGxpc3QHZWxlbWVudBUAFgoWugIWugImCDw2AgAAACYAHBUMGRUAGTgBdwRsaXN0B2VsZW1lbnQVABYGFlwWXCbCAjwYAXgYA05hThYAKAF4GANOYU4REQAAABaWAxYGJggWlgMAKChEdWNrREIgdmVyc2lvbiB2MS41LjYgKGJ1aWxkIDA2OWNjOWY5YjUpGSwcAAAcAAAACwEAAFBBUjE=';

test('NaN and infinity inside of a list refuse the field that it is for by the name of its column, and a text that says so does not', async () => {
  given = () => Readable.from([Buffer.from(listsOfNumbers, 'base64')]);
  await using batch = openBatch('lists.parquet');
  const read: unknown[] = [];
  for await (const page of parquetRows({ sql: sqlOf(batch) }, newId()))
    for (const each of page)
      if ('row' in each)
        read.push(
          ['l', 'w'].map((column) => {
            try {
              return cellValue(each.row[column], { type: 'JSON', column });
            } catch (error) {
              return String(error);
            }
          }),
        );
  const refused = expect.stringContaining('l holds NaN or an infinite number, which JSON has no words for.');
  expect(read).toEqual([
    [[1.5, null], ['NaN']],
    [refused, ['x']],
    [refused, ['x']],
  ]);
});
