import { expect, test } from 'vitest';
import {
  allRows,
  answer,
  endless,
  flights,
  type OpenBatch,
  table,
  take,
  wide,
} from './conformance-queries.ts';
import type { BatchEngine } from './port.ts';

/** The bounds of the batch-engine port: rows, bytes, time, memory, and a cancel that arrives. */
export function describeBounds(open: OpenBatch): void {
  test('a day of a CSV begins with the year, and what is written otherwise is text whatever stands beside it', async () => {
    await using under = await open();
    const daysOf = async (...days: readonly string[]) => {
      const file = table('days', 'CSV', `day,n\n${days.map((day) => `${day},1\n`).join('')}`);
      await using rows = await under.engine.query({ sql: 'SELECT day FROM days', tables: [file] }, wide);
      return [rows.columns[0]?.type, (await allRows(rows)).flat()];
    };
    for (const second of ['05/06/2026', '05/16/2026', '16/05/2026', '3.4.2026'])
      expect(await daysOf('03/04/2026', second)).toEqual(['STRING', ['03/04/2026', second]]);
    expect(await daysOf('2026-04-03', '2026-05-16')).toEqual(['DATE', ['2026-04-03', '2026-05-16']]);
  });

  test('rows and bytes beyond the limits are cut, and the result says so', async () => {
    await using under = await open();
    const { engine } = under;
    const sql = 'SELECT * FROM range(100000) t(n)';
    await using byRows = await engine.query({ sql, tables: [] }, { maxRows: 10, maxBytes: 1e6 });
    expect(await allRows(byRows)).toHaveLength(10);
    expect(byRows.truncated).toBe(true);
    await using byBytes = await engine.query({ sql, tables: [] }, { maxRows: 1e6, maxBytes: 80 });
    expect(await allRows(byBytes)).toHaveLength(10);
    expect(byBytes.truncated).toBe(true);
    await using exact = await engine.query(
      { sql: 'SELECT * FROM range(10) t(n)', tables: [] },
      { maxRows: 10, maxBytes: 80 },
    );
    expect(await allRows(exact)).toHaveLength(10);
    expect(exact.truncated).toBe(false);
  });

  test('a row that is larger than one may be comes without its cells, in its place, and those beside it as they are', async () => {
    await using under = await open();
    const sql = `SELECT n, repeat('x', CASE WHEN n = 3 THEN 20000 ELSE 10 END) AS t FROM range(6) r(n) ORDER BY n`;
    const limits = { ...wide, maxRowBytes: 10_000 };
    await using rows = await under.engine.query({ sql, tables: [] }, limits);
    const small = 'x'.repeat(10);
    expect(await allRows(rows)).toEqual([
      [0n, small],
      [1n, small],
      [2n, small],
      [],
      [4n, small],
      [5n, small],
    ]);
    expect(rows.truncated).toBe(false);
  });

  test('an abort ends a query that would run for hours', async () => {
    await using under = await open();
    const controller = new AbortController();
    const rows = await under.engine.query({ sql: endless, tables: [], signal: controller.signal }, wide);
    const reading = allRows(rows);
    controller.abort();
    await expect(reading).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  test('queries that are stopped at any moment of their beginning leave nothing running that keeps others from their turn', async () => {
    await using under = await open();
    const { engine } = under;
    const stopped = Array.from({ length: 8 }, async (_, at) => {
      // A query inside of another is work that an engine may start apart from it, and may forget.
      const sql = at % 2 === 0 ? endless : `SELECT 1 + (${endless})`;
      const signal = AbortSignal.timeout(100 * at);
      await using rows = await engine.query({ sql, tables: [], signal }, wide);
      await allRows(rows);
    });
    const outcomes = await Promise.allSettled(stopped);
    expect(outcomes.map(({ status }) => status)).toEqual(stopped.map(() => 'rejected'));
    const numbers = { sql: 'SELECT count(*) FROM range(10) t(n)', tables: [], timeLimitMs: 20_000 };
    await using rows = await engine.query(numbers, wide);
    expect(await allRows(rows)).toEqual([[10n]]);
  });

  test('a signal that was aborted before starts nothing', async () => {
    await using under = await open();
    const query = { sql: 'SELECT 1', tables: [], signal: AbortSignal.abort() };
    await expect(under.engine.query(query, wide)).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  test('a query past its time limit is stopped, however busy it is', async () => {
    await using under = await open();
    const run = answer(under.engine, endless, { timeLimitMs: 2_000 });
    await expect(run).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED', details: { timeLimitMs: 2_000 } });
  });

  test('disposing the rows stops the query, and walking away does too', async () => {
    await using under = await open();
    for (let times = 0; times < 3; times += 1) {
      await using rows = await under.engine.query(
        { sql: 'SELECT * FROM range(1000000000) t(n)', tables: [] },
        wide,
      );
      for await (const page of rows.pages()) {
        expect(page.length).toBeGreaterThan(0);
        break;
      }
    }
    expect(await answer(under.engine, 'SELECT 1')).toEqual([[1]]);
  });

  test.each([
    ['one giant text', "SELECT repeat('x', 1000000000)"],
    ['many large texts', "SELECT repeat('x', 10000000) || n FROM range(1000) t(n)"],
    [
      'a recursion without an end',
      'WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT max(n) FROM r',
    ],
    [
      'a giant group',
      "SELECT count(DISTINCT repeat('x', 3000) || n || repeat('y', 3000)) FROM range(1000000000) t(n)",
    ],
  ])('%s is cut short: the memory of a query is bounded', async (_, sql) => {
    await using under = await open();
    // Whichever bound is met first: the result's, memory, or, for what spills to disk, time.
    expect(await outcomeOf(under.engine, sql)).toMatch(/^(QUERY_TOO_LARGE|DEADLINE_EXCEEDED|cut)$/);
    expect(await answer(under.engine, 'SELECT 1')).toEqual([[1]]);
  });

  test.each([
    "CAST('9999-12-31' AS DATE) + INTERVAL 1 DAY",
    "CAST(CAST('9999-12-31' AS DATE) + INTERVAL 2 DAY AS DATE)",
    "CAST('0001-01-01' AS DATE) - INTERVAL 2 YEAR",
  ])('a moment that RFC 3339 has no words for is a fault of the query: %s', async (moment) => {
    await using under = await open();
    await expect(answer(under.engine, `SELECT ${moment}`)).rejects.toMatchObject({ code: 'QUERY_INVALID' });
  });

  test('a file larger than it may be is not kept', async () => {
    await using under = await open();
    const taken = take();
    const sql = 'SELECT md5(CAST(n AS STRING)) AS h FROM range(200000000) t(n)';
    const run = under.engine.exportTo(
      { sql, tables: [] },
      { format: 'CSV', maxBytes: 3_000_000, sink: taken.sink },
    );
    await expect(run).rejects.toMatchObject({ code: 'QUERY_TOO_LARGE', details: { maxBytes: 3_000_000 } });
    expect(taken.bytes()).toHaveLength(0);
  });

  test('queries beyond those that may run wait their turn, and more than may wait are refused', async () => {
    await using under = await open();
    const { engine } = under;
    const sql = 'SELECT count(*) FROM flights';
    // Those that wait longest get their turn; that the others would is known then, and each would start a process.
    const patient = 4;
    const leaving = new AbortController();
    const counted = async (at: number): Promise<unknown> => {
      const signal = at < patient ? {} : { signal: leaving.signal };
      await using rows = await engine.query({ sql, tables: [flights], ...signal }, wide);
      return (await allRows(rows))[0]?.[0];
    };
    const runs = Array.from({ length: 30 }, (_, at) =>
      counted(at).catch((error: { code: string }) => error.code),
    );
    expect(await runs.at(-1)).toBe('OVERLOADED');
    leaving.abort();
    const outcomes = await Promise.all(runs);
    expect(outcomes.slice(0, patient)).toEqual([4n, 4n, 4n, 4n]);
    expect(new Set(outcomes.slice(patient))).toEqual(new Set(['CANCELLED', 'OVERLOADED']));
  });

  test('progress is told, and never shrinks', async () => {
    await using under = await open();
    const { engine } = under;
    const taken = take();
    const numbers = { sql: 'SELECT * FROM range(2000000) t(n)', tables: [] };
    await engine.exportTo(numbers, { format: 'PARQUET', maxBytes: 100_000_000, sink: taken.sink });
    const read = async function* (): AsyncIterable<Uint8Array> {
      yield taken.bytes();
    };
    const told: number[] = [];
    const onProgress = (done: number): unknown => told.push(done);
    const sql = "SELECT count(*) FROM many WHERE md5(md5(md5(md5(CAST(n AS STRING))))) = ''";
    const tables = [{ name: 'many', format: 'PARQUET' as const, files: [{ read }] }];
    await using rows = await engine.query({ sql, tables, onProgress }, wide);
    await allRows(rows);
    expect(told.length).toBeGreaterThan(0);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    expect(told.every((done) => done > 0 && done <= 1)).toBe(true);
  });
}

/** Of an engine of its own. */
export function describeClosing(open: OpenBatch): void {
  test('closing the engine stops what runs, and it takes nothing more', async () => {
    const under = await open();
    const rows = await under.engine.query({ sql: endless, tables: [] }, wide);
    const reading = expect(allRows(rows)).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    await under[Symbol.asyncDispose]();
    await reading;
    await expect(under.engine.ping()).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  });
}

async function outcomeOf(engine: BatchEngine, sql: string): Promise<string> {
  try {
    const limits = { maxRows: 5_000, maxBytes: 1_000_000 };
    await using rows = await engine.query({ sql, tables: [], timeLimitMs: 4_000 }, limits);
    await allRows(rows);
    return rows.truncated ? 'cut' : 'whole';
  } catch (error) {
    return (error as { code: string }).code;
  }
}
