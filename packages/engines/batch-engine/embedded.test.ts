import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { ManualClock, systemClock } from '@tributary/runtime';
import { expect, onTestFinished, test } from 'vitest';
import { noProcesses, takeChildren } from '../contained-process/contained-children.fixture.ts';
import { openSealed } from '../object-store/sealed.fixture.ts';
import { describeBatchEngine } from './conformance.ts';
import { allRows, type OpenBatch, take, wide } from './conformance-queries.ts';
import { describeStoredTables } from './conformance-stored.ts';
import { openBatchEngine } from './open.ts';
import { batchLimits } from './port.ts';

const open: OpenBatch = async () => {
  const engine = await openBatchEngine('embedded:', { clock: systemClock, memoryBytes: 256_000_000 });
  return { engine, [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose]() };
};

describeBatchEngine('DuckDB', open);
describeStoredTables('DuckDB', open, openSealed);

test('four hours are measured on the clock of the process', async () => {
  const clock = new ManualClock(0);
  await using engine = await openBatchEngine('embedded:', { clock });
  const { maxTimeLimitMs } = batchLimits;
  const query = { sql: 'SELECT * FROM range(1000000000) t(n)', tables: [], timeLimitMs: maxTimeLimitMs };
  await using rows = await engine.query(query, { maxRows: 1e9, maxBytes: 1e12 });
  const pages = rows.pages()[Symbol.asyncIterator]();
  clock.advance(maxTimeLimitMs - 1);
  expect((await pages.next()).done).toBe(false);
  clock.advance(1);
  const reading = (async () => {
    for (;;) await pages.next();
  })();
  await expect(reading).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
});

test('what a killed process left behind is gone after the next start, and what a living one has stays', async () => {
  // No process has this number: Linux ends at 2^22.
  const left = join(tmpdir(), 'tributary-batch-99999999-left');
  const used = join(tmpdir(), `tributary-batch-${process.pid}-used`);
  for (const dir of [left, used]) await mkdir(join(dir, 'sources'), { recursive: true });
  onTestFinished(() => rm(used, { recursive: true }));
  await using _ = await openBatchEngine('embedded:', { clock: systemClock });
  expect([existsSync(left), existsSync(used)]).toEqual([false, true]);
});

test.skipIf(noProcesses !== undefined)(
  'a query whose process a kernel takes for its memory is lost work, and no fault (needs /proc)',
  async () => {
    await using engine = await openBatchEngine('embedded:', { clock: systemClock });
    const sql = 'SELECT count(*) FROM range(4000000) a(x), range(4000000) b(y) WHERE (x * y) % 1000003 = 1';
    const rows = await engine.query({ sql, tables: [] }, { maxRows: 10, maxBytes: 1_000 });
    const reading = expect(rows.pages()[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
    });
    await takeChildren('embedded-child');
    await reading;
  },
);

test('a run leaves no file behind, whether it ends well, badly or early', async () => {
  const folders = async (): Promise<string[]> =>
    (await readdir(tmpdir())).filter((name) => name.startsWith(`tributary-batch-${process.pid}-`));
  const before = new Set(await folders());
  const engine = await openBatchEngine('embedded:', { clock: new ManualClock(0) });
  const limits = { maxRows: 10, maxBytes: 1_000 };
  await using whole = await engine.query({ sql: 'SELECT 1', tables: [] }, limits);
  for await (const page of whole.pages()) expect(page).toEqual([[1]]);
  await expect(engine.query({ sql: 'SELECT', tables: [] }, limits)).rejects.toThrow();
  await engine.query({ sql: 'SELECT * FROM range(1000000)', tables: [] }, limits);
  await engine[Symbol.asyncDispose]();
  expect((await folders()).filter((name) => !before.has(name))).toEqual([]);
});

test('the time limit of a query begins with its turn, and waiting has a limit and an error of its own', async () => {
  const clock = new ManualClock(0);
  await using engine = await openBatchEngine('embedded:', { clock });
  const sql = 'SELECT * FROM range(1000000000) t(n)';
  const limits = { maxRows: 1e9, maxBytes: 1e12 };
  const first = await engine.query({ sql, tables: [], owner: 'a', timeLimitMs: 60_000 }, limits);
  const waits = { sql: 'SELECT 1', tables: [], owner: 'a', timeLimitMs: 1_000 };
  const patient = engine.query(waits, limits);
  const hurried = engine.query({ ...waits, waitLimitMs: 5_000 }, limits);
  const refused = expect(hurried).rejects.toMatchObject({
    code: 'OVERLOADED',
    details: { waitLimitMs: 5_000, retryAfterMs: 1_000 },
  });
  // Both are in line by then.
  await new Promise((resolve) => setImmediate(resolve));
  clock.advance(5_000);
  await refused;
  await using other = await engine.query({ ...waits, owner: 'b' }, limits);
  for await (const page of other.pages()) expect(page).toEqual([[1]]);
  await first[Symbol.asyncDispose]();
  await using rows = await patient;
  for await (const page of rows.pages()) expect(page).toEqual([[1]]);
});

test('what a busy machine takes to start the process of a query is no time of the query', async () => {
  const clock = new ManualClock(0);
  await using engine = await openBatchEngine('embedded:', { clock });
  const limits = { maxRows: 10, maxBytes: 1_000 };
  const asked = engine.query({ sql: 'SELECT 1', tables: [], timeLimitMs: 1_000 }, limits);
  // No process has started by then.
  await new Promise((resolve) => setImmediate(resolve));
  clock.advance(10_000);
  await using rows = await asked;
  for await (const page of rows.pages()) expect(page).toEqual([[1]]);
});

test('columns of an export are those of its file, also where several were given one name', async () => {
  await using engine = await openBatchEngine('embedded:', { clock: systemClock });
  const taken = take();
  const sql = 'SELECT 1 AS a, 2 AS a, 3 AS a_1';
  const { columns } = await engine.exportTo(
    { sql, tables: [] },
    { format: 'CSV', maxBytes: 1_000, sink: taken.sink },
  );
  const [heading = ''] = taken.bytes().toString().split('\n');
  expect(columns.map(({ name }) => name)).toEqual(heading.split(','));
  expect(new Set(columns.map(({ name }) => name)).size).toBe(3);
});

test('numbers inside of structures and lists of a Parquet file are numbers, with all their digits', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-nested-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'nested.parquet');
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`COPY (SELECT {id: 5::BIGINT, large: 12345678901234567890::UBIGINT, price: 12.50::DECIMAL(10,2), "a ""b": 'x', "at": NULL,
    list: [1::BIGINT, NULL], day: DATE '2001-02-03', "in": {f: 0.5::DOUBLE}} AS s, [1::BIGINT, 2] AS l, MAP {'k': 1::BIGINT} AS m) TO '${path}'`);
  instance.closeSync();
  await using engine = await openBatchEngine('embedded:', { clock: systemClock });
  const tables = [{ name: 't', format: 'PARQUET' as const, files: [{ path }] }];
  await using rows = await engine.query({ sql: 'SELECT s, l, m FROM t', tables }, wide);
  expect(await allRows(rows)).toEqual([
    [
      '{"id":5,"large":12345678901234567890,"price":12.50,"a \\"b":"x","at":null,"list":[1,null],"day":"2001-02-03","in":{"f":0.5}}',
      '[1,2]',
      '[{"key":"k","value":1}]',
    ],
  ]);
});
