import { readdir, readlink } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { describeBounds, describeClosing } from './conformance-bounds.ts';
import { describeCsv } from './conformance-csv.ts';
import { describeJson } from './conformance-json.ts';
import { describeNested } from './conformance-nested.ts';
import { describeParquet } from './conformance-parquet.ts';
import {
  allRows,
  answer,
  flights,
  type OpenBatch,
  oneForAll,
  table,
  take,
  wide,
} from './conformance-queries.ts';
import { describeSandbox } from './conformance-sandbox.ts';
import { batchLimits } from './port.ts';

/** The promises of the batch-engine port, held against one adapter. */
export function describeBatchEngine(name: string, open: OpenBatch): void {
  describe(`batch-engine on ${name}`, () => {
    const shared = oneForAll(open);
    for (const tests of [
      testAnswers,
      testSources,
      testExports,
      testFaults,
      describeCsv,
      describeJson,
      describeNested,
      describeParquet,
      describeBounds,
      describeSandbox,
    ])
      tests(shared);
    describeClosing(open);
  });
}

function testAnswers(open: OpenBatch): void {
  test('columns say their types, and cells are exact', async () => {
    await using under = await open();
    const sql = `SELECT origin, sum(delay) AS total, avg(delay) AS mean, max(seen) AS latest, CAST(max(seen) AS DATE) AS day,
      count(*) > 1 AS many, CAST(1 AS INT) AS one, CAST(12.50 AS DECIMAL(10,2)) AS price, 9007199254740993 + count(*) AS large
      FROM flights GROUP BY origin ORDER BY origin DESC`;
    await using rows = await under.engine.query({ sql, tables: [flights] }, wide);
    expect(rows.columns).toEqual([
      { name: 'origin', type: 'STRING' },
      { name: 'total', type: 'BIGINT' },
      { name: 'mean', type: 'DOUBLE' },
      { name: 'latest', type: 'TIMESTAMP' },
      { name: 'day', type: 'DATE' },
      { name: 'many', type: 'BOOLEAN' },
      { name: 'one', type: 'INT' },
      { name: 'price', type: 'DECIMAL' },
      { name: 'large', type: 'BIGINT' },
    ]);
    expect(await allRows(rows)).toEqual([
      ['OAK', 20n, 10, '2001-01-01T06:00:00Z', '2001-01-01', true, 1, '12.50', 9_007_199_254_740_995n],
      ['ABQ', -2n, -2, '2001-02-03T04:05:06.5Z', '2001-02-03', true, 1, '12.50', 9_007_199_254_740_995n],
    ]);
    expect(rows.truncated).toBe(false);
  });

  test('joins, sets, windows, WITH, percentiles, intervals and text functions are in the subset', async () => {
    await using under = await open();
    const sql = `WITH late AS (SELECT * FROM flights WHERE delay > 0), total AS (SELECT count(*) AS n FROM late)
      SELECT origin, delay, row_number() OVER (PARTITION BY origin ORDER BY delay DESC) AS place, n,
        lower(origin) || '!' AS low, seen + INTERVAL 1 DAY AS next, extract(hour FROM seen) AS hour
      FROM late CROSS JOIN total
      UNION ALL
      SELECT 'all', CAST(percentile_cont(0.5) WITHIN GROUP (ORDER BY delay) AS BIGINT), 1, 0, '', NULL, 0 FROM flights
      ORDER BY origin, place`;
    expect(await answer(under.engine, sql)).toEqual([
      ['OAK', 15n, 1n, 2n, 'oak!', '2001-01-02T06:00:00Z', 6n],
      ['OAK', 5n, 2n, 2n, 'oak!', '2001-01-02T00:10:00Z', 0n],
      ['all', 5n, 1n, 0n, '', null, 0n],
    ]);
  });

  test('a long result comes in pages, whole and in order', async () => {
    await using under = await open();
    await using rows = await under.engine.query({ sql: 'SELECT * FROM range(25000) t(n)', tables: [] }, wide);
    const sizes: number[] = [];
    let next = 0n;
    for await (const page of rows.pages()) {
      sizes.push(page.length);
      for (const [n] of page) {
        expect(n).toBe(next);
        next += 1n;
      }
    }
    expect(next).toBe(25_000n);
    expect(sizes.length).toBeGreaterThan(5);
  });

  test('a result without rows still has its columns', async () => {
    await using under = await open();
    await using rows = await under.engine.query(
      { sql: 'SELECT delay FROM flights WHERE false', tables: [flights] },
      wide,
    );
    expect(rows.columns).toEqual([{ name: 'delay', type: 'BIGINT' }]);
    expect(await allRows(rows)).toEqual([]);
  });
}

function testSources(open: OpenBatch): void {
  test('several files are one table, and declared columns hold where there is no row', async () => {
    await using under = await open();
    const [first, second] = ['{"n":1}\n', '{"n":2}\n'].flatMap((line) => table('t', 'JSON', line).files);
    if (first === undefined || second === undefined) throw new Error('two files');
    expect(
      await answer(under.engine, 'SELECT sum(n) FROM t', {
        tables: [{ name: 't', format: 'JSON', files: [first, second] }],
      }),
    ).toEqual([[3n]]);
    const empty = { ...table('t', 'JSON', ''), columns: [{ name: 'n', type: 'BIGINT' as const }] };
    expect(await answer(under.engine, 'SELECT count(n) FROM t', { tables: [empty] })).toEqual([[0n]]);
  });

  test('a file that is not what it says is a fault of the query, told without its place', async () => {
    await using under = await open();
    const broken = table('flights', 'PARQUET', 'this is no parquet file at all');
    const run = answer(under.engine, 'SELECT * FROM flights', { tables: [broken] });
    await expect(run).rejects.toMatchObject({
      code: 'QUERY_INVALID',
      message: expect.not.stringMatching(/[/\\]/),
    });
  });

  test('what reading a source throws is thrown on', async () => {
    await using under = await open();
    const read = async function* (): AsyncIterable<Uint8Array> {
      yield Buffer.from('a\n');
      throw new Error('the store is away');
    };
    const run = answer(under.engine, 'SELECT * FROM t', {
      tables: [{ name: 't', format: 'CSV', files: [{ read }] }],
    });
    await expect(run).rejects.toThrow('the store is away');
  });
}

function testExports(open: OpenBatch): void {
  test('a Parquet file read back answers the same rows', async () => {
    await using under = await open();
    const { engine } = under;
    const taken = take();
    const sql = 'SELECT * FROM flights ORDER BY delay';
    const exported = await engine.exportTo(
      { sql, tables: [flights] },
      { format: 'PARQUET', maxBytes: 1e6, sink: taken.sink },
    );
    const bytes = taken.bytes();
    expect(exported).toMatchObject({ rowCount: 4, sizeBytes: bytes.length, columns: flights.columns });
    const back = {
      name: 'back',
      format: 'PARQUET' as const,
      files: [
        {
          read: async function* () {
            yield bytes;
          },
        },
      ],
    };
    expect(await answer(engine, 'SELECT * FROM back ORDER BY delay', { tables: [back] })).toEqual(
      await answer(engine, sql),
    );
  });

  test('a sink that refuses the file before it reads leaves nothing open, and its error is thrown on', async () => {
    await using under = await open();
    let offered: AsyncIterable<Uint8Array> | undefined;
    const sink = async (bytes: AsyncIterable<Uint8Array>): Promise<void> => {
      offered = bytes;
      throw new Error('the quota is used up');
    };
    const run = under.engine.exportTo(
      { sql: 'SELECT 1 AS n', tables: [] },
      { format: 'CSV', maxBytes: 1e6, sink },
    );
    await expect(run).rejects.toThrow('the quota is used up');
    expect(offered).toMatchObject({ closed: true });
    expect(await openFiles()).not.toContainEqual(expect.stringMatching(/tributary-(batch|run)-.*result/));
  });

  test('a cancel stops a file that is on its way into its sink', async () => {
    await using under = await open();
    const controller = new AbortController();
    const sink = async (bytes: AsyncIterable<Uint8Array>): Promise<void> => {
      controller.abort();
      for await (const chunk of bytes) expect(chunk).toBe('nothing of it is read');
    };
    const query = { sql: 'SELECT 1 AS n', tables: [], signal: controller.signal };
    const run = under.engine.exportTo(query, { format: 'CSV', maxBytes: 1e6, sink });
    await expect(run).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  const formulas = table(
    't',
    'JSON',
    ['=1+1', '+1', '-1', '@x', '\ty', '\n =1', 'a=b', 'say "hi", you']
      .map((v) => JSON.stringify({ v, n: -5 }))
      .join('\n'),
  );

  test('texts a spreadsheet would run as formulas are neutralised in CSV, numbers are not', async () => {
    await using under = await open();
    const taken = take();
    const query = { sql: 'SELECT v, n, v AS "=cmd" FROM t;  -- all of it', tables: [formulas] };
    await under.engine.exportTo(query, { format: 'CSV', maxBytes: 1e6, sink: taken.sink });
    expect(taken.bytes().toString()).toBe(
      [
        "v,n,'=cmd",
        "'=1+1,-5,'=1+1",
        "'+1,-5,'+1",
        "'-1,-5,'-1",
        "'@x,-5,'@x",
        "'\ty,-5,'\ty",
        `"'\n =1",-5,"'\n =1"`,
        'a=b,-5,a=b',
        '"say ""hi"", you",-5,"say ""hi"", you"',
        '',
      ].join('\n'),
    );
  });

  test('they are neutralised whatever type their column has', async () => {
    await using under = await open();
    const taken = take();
    const sql = "SELECT CAST('=2+2' AS BLOB) AS bytes, DATE '2001-02-03' AS day, -1.5 AS n";
    await under.engine.exportTo({ sql, tables: [] }, { format: 'CSV', maxBytes: 1e6, sink: taken.sink });
    expect(taken.bytes().toString()).toBe("bytes,day,n\n'=2+2,2001-02-03,-1.5\n");
  });

  test('they stay as they are where the caller says so', async () => {
    await using under = await open();
    const taken = take();
    const query = { sql: "SELECT v FROM t WHERE v LIKE '=%'", tables: [formulas] };
    await under.engine.exportTo(query, {
      format: 'CSV',
      maxBytes: 1e6,
      csvFormulas: 'KEEP',
      sink: taken.sink,
    });
    expect(taken.bytes().toString()).toBe('v\n=1+1\n');
  });
}

/** What this process has open; empty where the system does not tell. */
async function openFiles(): Promise<readonly string[]> {
  const names = await readdir('/proc/self/fd').catch(() => []);
  return Promise.all(names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')));
}

function testFaults(open: OpenBatch): void {
  test.each([
    ['SELECT *\nFORM flights', { line: 2, column: 6 }],
    ["SELECT 'ü', nothere FROM flights", { line: 1, column: 13 }],
    ['SELECT upper(1, 2) FROM flights', { line: 1, column: 8 }],
    ['', {}],
    ['SELECT (', {}],
  ])('a fault in the SQL is told with its place: %j', async (sql, place) => {
    await using under = await open();
    const code = expect.stringMatching(/^(QUERY_INVALID|BAD_USER_INPUT)$/);
    await expect(answer(under.engine, sql)).rejects.toMatchObject({ code, details: place });
  });

  test('data that does not fit the SQL is a fault of the query, at its first page', async () => {
    await using under = await open();
    await expect(answer(under.engine, 'SELECT CAST(origin AS INT) FROM flights')).rejects.toMatchObject({
      code: 'QUERY_INVALID',
    });
  });

  test.each([
    ['a query that is too long', { sql: `SELECT '${'x'.repeat(batchLimits.sqlChars)}'`, tables: [] }],
    ['a table name that needs quotes', { sql: 'SELECT 1', tables: [{ ...flights, name: 'a b' }] }],
    ['two tables of one name', { sql: 'SELECT 1', tables: [flights, { ...flights, name: 'FLIGHTS' }] }],
    ['a table without a file', { sql: 'SELECT 1', tables: [{ ...flights, files: [] }] }],
    ['a time limit above four hours', { sql: 'SELECT 1', tables: [], timeLimitMs: 14_400_001 }],
    ['a NUL in the SQL', { sql: 'SELECT 1 \0', tables: [] }],
  ])('%s is refused before anything starts', async (_, query) => {
    await using under = await open();
    await expect(under.engine.query(query, wide)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });
}
